using System.Text.Json;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Guarantees;

/// <summary>
/// Bad input is reported with its exit code, file, line, column and advice. If it is refused, no script of the folder is applied,
/// including the scripts before it (guarantee 3).
/// </summary>
public sealed class HostileInputSpecs(SharedServer server) : IClassFixture<Prepared>
{
    public static TheoryData<string> Ids => [.. HostileCases.All.Select(c => c.Id)];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Ids))]
    public async Task Bad_input_is_reported_with_its_place_and_advice(string id)
    {
        var hostile = HostileCases.All.Single(c => c.Id == id);
        var database = await server.CreateDatabaseAsync();
        using var scripts = new ScriptFolder { ["V0.1__first.sql"] = "CREATE TABLE first ();", [hostile.File] = "" };
        scripts.Write(hostile.File, hostile.Content);
        var migrate = new Cli(database, scripts);

        var up = await migrate.FailAsync(hostile.ExitCode, "up", "--output=json");

        var problem = up.Json.GetProperty("problems")[0];
        var text = $"{problem.GetProperty("message")} {problem.GetProperty("advice")}";
        Assert.Equal(hostile.Place is null ? "null" : "", PlaceOf(problem, hostile.Place));
        // An error about two scripts with the same version may be attributed to either of them. Its text contains both names.
        Assert.Contains(Path.GetFileName(hostile.File), $"{problem.GetProperty("script")} {text}", StringComparison.Ordinal);
        Assert.Contains(hostile.Advice, text, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(hostile.File), up.Termination, StringComparison.Ordinal);
        Assert.Equal(hostile.ExitCode == 2 ? "" : "first", await database.TablesAsync());
        await PlanSaysTheSameAsync(migrate, hostile);
    }

    /// <summary>Returns the actual place; empty if it is the expected one.</summary>
    private static string PlaceOf(JsonElement problem, string? wanted)
    {
        if (problem.GetProperty("line").ValueKind == JsonValueKind.Null)
        {
            return "null";
        }

        var place = $"{problem.GetProperty("line")}:{problem.GetProperty("column")}";
        return place == wanted || (wanted?.EndsWith(':') == true && place.StartsWith(wanted, StringComparison.Ordinal)) ? "" : place;
    }

    // plan and validate --offline detect all errors, except those that only the server can detect.
    private static async Task PlanSaysTheSameAsync(Cli migrate, HostileCase hostile)
    {
        if (hostile.ExitCode == 2)
        {
            var plan = await migrate.FailAsync(2, "plan");
            Assert.Contains(hostile.Advice, plan.Stderr, StringComparison.Ordinal);
            var offline = await migrate.FailAsync(2, "validate", "--offline");
            Assert.Contains(hostile.Advice, offline.Stderr, StringComparison.Ordinal);
        }
    }
}
