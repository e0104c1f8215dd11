using System.Globalization;
using Migrator.Benchmarks.Measuring;
using Migrator.Benchmarks.Migrations;
using Migrator.Tooling;

namespace Migrator.Benchmarks.Contenders;

/// <summary>
/// The reference: PostgreSQL's own client. To apply migrations, it runs all SQL in one transaction. If nothing is
/// pending, it runs <c>select 1</c>, which is the minimal use of a database.
/// </summary>
internal sealed class Psql(string program) : Contender
{
    public const string ContenderName = "psql";

    private const string File = "all.sql";

    public override string Name => ContenderName;

    public override string Note => "the reference; all SQL in one transaction; `select 1` if nothing is pending; no history table";

    public override Invocation Version => new(program, ["--version"]);

    /// <summary>
    /// Finds psql: the newest version in Debian's folder, else a binary in PATH that is not a script.
    /// </summary>
    /// <exception cref="ToolingException">psql was not found.</exception>
    public static Psql Find()
    {
        const string Debian = "/usr/lib/postgresql";
        var ofDebian = Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian)
                .Where(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _))
                .OrderByDescending(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))
                .Select(folder => Path.Combine(folder, "bin", "psql"))
            : [];
        var program = ofDebian.Concat(Programs.InPath("psql")).FirstOrDefault(IsBinary)
            ?? throw new ToolingException(
                "psql, the reference, was not found as /usr/lib/postgresql/NN/bin/psql or as a binary in PATH. (Debian's "
                + "/usr/bin/psql is a script that takes longer than the measured work.) Run: apt-get install postgresql-client");
        return new Psql(program);
    }

    public override void Write(MigrationSet set, string folder) =>
        System.IO.File.WriteAllText(Path.Combine(folder, File), string.Concat(set.Migrations.Select(migration => migration.Sql)));

    public override Invocation Up(string folder, DatabaseAddress address) =>
        // Without ON_ERROR_STOP, psql would exit with 0 after a failed statement.
        new(program, ["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", Path.Combine(folder, File), address.Url]);

    public override Invocation NoOp(string folder, DatabaseAddress address) =>
        new(program, ["-X", "-c", "select 1", address.Url]);

    protected override string FileName(Migration migration) => throw new NotSupportedException("All migrations are in one file.");

    private static bool IsBinary(string path)
    {
        if (!System.IO.File.Exists(path))
        {
            return false;
        }

        using var file = System.IO.File.OpenRead(path);
        Span<byte> start = stackalloc byte[4];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && start.SequenceEqual("\u007fELF"u8);
    }
}
