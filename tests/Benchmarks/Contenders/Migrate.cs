using Migrator.Benchmarks.Measuring;
using Migrator.Benchmarks.Migrations;
using Migrator.Tooling.Published;

namespace Migrator.Benchmarks.Contenders;

/// <summary>This project's own command.</summary>
internal sealed class Migrate(MigrateBinary binary) : Contender
{
    public const string ContenderName = "migrate";

    public override string Name => ContenderName;

    public override string Note => binary.IsAot
        ? "this project; verifies every checksum"
        : "this project, but JIT: no C linker here; verifies every checksum";

    public override Invocation Version => new(binary.Path, ["version"]);

    public override Invocation Up(string folder, DatabaseAddress address) =>
        new(binary.Path, ["up", $"--dir={folder}"])
        {
            Variables = new Dictionary<string, string> { ["DATABASE_URL"] = address.Url },
        };

    protected override string FileName(Migration migration) => $"V{migration.Number}__{migration.Name}.sql";
}
