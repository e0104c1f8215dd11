using Migrator.Benchmarks.Measuring;
using Migrator.Benchmarks.Migrations;
using Migrator.Tooling.Published;

namespace Migrator.Benchmarks.Contenders;

/// <summary>The command <c>migrate</c> of this checkout, or another <c>migrate</c> executable.</summary>
internal sealed class Migrate : Contender
{
    public const string ContenderName = "migrate";

    private const string BaselineName = "baseline";

    private readonly string _path;

    private Migrate(string name, string note, string path) => (Name, Note, _path) = (name, note, path);

    public override string Name { get; }

    public override string Note { get; }

    public override Invocation Version => new(_path, ["version"]);

    /// <summary>Creates the contender for this checkout.</summary>
    public static Migrate Of(MigrateBinary binary) => new(
        ContenderName,
        binary.IsAot ? "this project; verifies every checksum" : "this project, JIT because no C linker was found; verifies every checksum",
        binary.Path);

    /// <summary>Creates the contender for another executable, to measure the effect of a change.</summary>
    public static Migrate OfBaseline(string path) => new(BaselineName, path, path);

    public override Invocation Up(string folder, DatabaseAddress address) =>
        new(_path, ["up", $"--dir={folder}"])
        {
            Variables = new Dictionary<string, string> { ["DATABASE_URL"] = address.Url },
        };

    protected override string FileName(Migration migration) => $"V{migration.Number}__{migration.Name}.sql";
}
