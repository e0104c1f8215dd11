using Migrator.Linting;
using Migrator.Linting.Rules;
using Migrator.Tests.Support;
using Xunit;

namespace Migrator.Tests.Linting.TruthTable;

/// <summary>The rule about volatile defaults agrees with the functions of the server.</summary>
public sealed class FunctionVolatilitySpecs(SharedServer server)
{
    private const int Timeout = 120_000;

    public static TheoryData<int> Majors => PostgresMajors.Tested;

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Majors))]
    public async Task Lint_reports_every_volatile_function_as_a_default_and_no_other_function_as_an_error(int major)
    {
        var database = await server.CreateDatabaseAsync(major);
        // Aggregates, window functions and procedures cannot be in a default. A name with several functions counts as volatile if one of them is.
        var functions = (await database.RowsAsync("""
            SELECT proname, bool_or(provolatile = 'v') FROM pg_catalog.pg_proc
             WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' GROUP BY proname ORDER BY proname
            """)).Select(r => r.Split('|')).Select(r => (Name: r[0], IsVolatile: r[1] == "True")).ToList();

        var found = Lint.Scripts(string.Join('\n', functions.Select(f => $"ALTER TABLE t ADD COLUMN c text DEFAULT {f.Name}();")))
            .Where(f => f.Rule == NewColumnRules.VolatileDefault)
            .ToDictionary(f => f.Position.Line, f => f.Severity);

        // timezone(text, timetz) is volatile before PostgreSQL 15, and the common timezone(text, timestamptz) is not. The truth table has cases for both.
        var missed = functions.Where((f, i) => f.IsVolatile && f.Name != "timezone" && !found.ContainsKey(i + 1)).Select(f => f.Name);
        var wrong = functions.Where((f, i) => !f.IsVolatile && found.GetValueOrDefault(i + 1) == LintSeverity.Error).Select(f => f.Name);
        Assert.True(functions.Count > 2_000, $"{functions.Count} functions");
        Assert.Empty(missed);
        Assert.Empty(wrong);
    }
}
