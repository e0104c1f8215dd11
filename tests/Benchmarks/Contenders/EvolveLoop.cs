using Migrator.Benchmarks.Measuring;
using Migrator.Benchmarks.Migrations;
using Migrator.Tooling.Published;

namespace Migrator.Benchmarks.Contenders;

/// <summary>Evolve as its README shows it, in a program of its own: what migrate would be without its work.</summary>
internal sealed class EvolveLoop(string program, bool isAot) : Contender
{
    public const string ContenderName = "evolve";

    public override string Name => ContenderName;

    public override string Note => isAot ? "Evolve's own loop, as Native AOT" : "Evolve's own loop, but JIT: no C linker here";

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
