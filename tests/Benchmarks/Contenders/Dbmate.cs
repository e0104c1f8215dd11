using Migrator.Benchmarks.Measuring;
using Migrator.Benchmarks.Migrations;
using Migrator.Tooling.Packages;

namespace Migrator.Benchmarks.Contenders;

/// <summary>dbmate (Go), from an npm package that contains the executable.</summary>
internal sealed class Dbmate(string program) : Contender
{
    public const string ContenderName = "dbmate";

    public override string Name => ContenderName;

    public override string Note => "Go; no checksums, no lock";

    public override Invocation Version => new(program, ["--version"]);

    public static async Task<Contender> GetAsync(CancellationToken cancellationToken)
    {
        var folder = await PackageCache.Default.GetAsync(PinnedPackages.Dbmate, null, cancellationToken);
        return new Dbmate(Path.Combine(folder, "bin", "dbmate"));
    }

    public override Invocation Up(string folder, DatabaseAddress address) =>
        // `migrate` instead of `up`, which first checks whether the database exists. Dumping the schema would need
        // pg_dump.
        new(program, ["--no-dump-schema", "--migrations-dir", folder, "migrate"])
        {
            Variables = new Dictionary<string, string> { ["DATABASE_URL"] = address.Url },
        };

    protected override string FileName(Migration migration) => $"{20260101000000 + migration.Number}_{migration.Name}.sql";

    protected override string Content(Migration migration) => $"-- migrate:up\n{migration.Sql}\n-- migrate:down\n";
}
