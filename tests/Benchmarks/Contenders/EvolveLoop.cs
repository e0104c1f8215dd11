using Migrator.Benchmarks.Measuring;
using Migrator.Benchmarks.Migrations;
using Migrator.Tooling.Published;

namespace Migrator.Benchmarks.Contenders;

/// <summary>
/// The library Evolve, in a program as shown in its README. It shows the cost without this project's own apply loop.
/// </summary>
internal sealed class EvolveLoop(string program, bool isAot) : Contender
{
    public const string ContenderName = "evolve";

    public override string Name => ContenderName;

    public override string Note => isAot ? "Evolve's own apply loop, Native AOT" : "Evolve's own apply loop, JIT because no C linker was found";

    public override Invocation Version => new(program, ["--version"]);

    public static async Task<Contender> GetAsync(bool isAot, CancellationToken cancellationToken)
    {
        var project = new PublishedProject(
            "tests/Benchmarks/Peers/EvolveLoop/EvolveLoop.csproj",
            isAot ? "benchmarks/evolve" : "benchmarks/evolve-jit",
            ["--runtime", "linux-x64", .. isAot ? [] : PeerProgram.JitArguments("evolve")]);
        return new EvolveLoop(Path.Combine(await project.GetAsync(cancellationToken), "evolve-loop"), isAot);
    }

    public override Invocation Up(string folder, DatabaseAddress address) => new(program, [address.ConnectionString, folder]);

    protected override string FileName(Migration migration) => $"V{migration.Number}__{migration.Name}.sql";
}
