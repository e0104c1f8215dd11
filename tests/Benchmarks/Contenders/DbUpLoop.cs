using System.Globalization;
using Migrator.Benchmarks.Measuring;
using Migrator.Benchmarks.Migrations;
using Migrator.Tooling.Published;

namespace Migrator.Benchmarks.Contenders;

/// <summary>The library DbUp, in a program as shown in its documentation.</summary>
internal sealed class DbUpLoop(string program) : Contender
{
    public const string ContenderName = "dbup";

    public override string Name => ContenderName;

    public override string Note => "DbUp (.NET, JIT); one transaction per script; no checksums, no lock";

    public override Invocation Version => new(program, ["--version"]);

    public static async Task<Contender> GetAsync(CancellationToken cancellationToken)
    {
        var project = new PublishedProject(
            "tests/Benchmarks/Peers/DbUpLoop/DbUpLoop.csproj", "benchmarks/dbup", ["--self-contained", "false"]);
        return new DbUpLoop(Path.Combine(await project.GetAsync(cancellationToken), "dbup-loop"));
    }

    public override Invocation Up(string folder, DatabaseAddress address) => new(program, [address.ConnectionString, folder]);

    // DbUp sorts scripts by name.
    protected override string FileName(Migration migration) =>
        $"{migration.Number.ToString("D6", CultureInfo.InvariantCulture)}_{migration.Name}.sql";
}
