using System.Globalization;
using Migrator.Benchmarks.Measuring;
using Migrator.Benchmarks.Migrations;
using Migrator.Tooling;

namespace Migrator.Benchmarks.Contenders;

/// <summary>
/// The yardstick: PostgreSQL's own client. It runs all of the SQL in one transaction, and when nothing is pending it asks
/// for a 1, which is the least that can be done with a database.
/// </summary>
internal sealed class Psql(string program) : Contender
{
    public const string ContenderName = "psql";

    private const string File = "all.sql";

    public override string Name => ContenderName;

    public override string Note => "the yardstick: all of the SQL as one transaction; `select 1` for a no-op; keeps no history";

    public override Invocation Version => new(program, ["--version"]);

    /// <summary>Finds the server's own psql: the newest of Debian's, else one in PATH that is no script.</summary>
    /// <exception cref="ToolingException">There is none.</exception>
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
                "psql, the yardstick, was not found: neither /usr/lib/postgresql/NN/bin/psql nor a binary in PATH (Debian's "
                + "/usr/bin/psql is a script that costs more than the work). apt-get install postgresql-client brings it.");
        return new Psql(program);
    }

    public override void Write(MigrationSet set, string folder) =>
        System.IO.File.WriteAllText(Path.Combine(folder, File), string.Concat(set.Migrations.Select(migration => migration.Sql)));

    public override Invocation Up(string folder, DatabaseAddress address) =>
        // Without ON_ERROR_STOP a failure would look like a success.
        new(program, ["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", Path.Combine(folder, File), address.Url]);

    public override Invocation NoOp(string folder, DatabaseAddress address) =>
        new(program, ["-X", "-c", "select 1", address.Url]);

    protected override string FileName(Migration migration) => throw new NotSupportedException("All are in one file.");

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
