using System.Text;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Scripts;
using Migrator.Sql.Changes;
using Migrator.Tests.Sql;
using Xunit;

namespace Migrator.Tests.Linting;

/// <summary>Lints scripts in memory, without files and without a process.</summary>
internal static class Lint
{
    /// <summary>Returns the findings in scripts with the versions 1, 2 and so on.</summary>
    public static IReadOnlyList<Finding> Scripts(params string[] texts) => After([], texts);

    /// <summary>Returns the findings in scripts that follow previous scripts.</summary>
    public static IReadOnlyList<Finding> After(string[] previous, params string[] texts)
    {
        var scripts = CreateScripts([.. previous, .. texts]);
        var linter = new Linter(hasLockTimeout: true, new NewTables(knowsExisting: true));
        linter.AddPrevious([.. scripts.Take(previous.Length)], placeholders: null);
        new ScriptChecker(placeholders: null, [], linter).CheckAll([.. scripts.Skip(previous.Length)]);
        return linter.Findings;
    }

    /// <summary>Returns the findings in a script of a phase, in a folder with a contract script.</summary>
    public static IReadOnlyList<Finding> InPhase(ScriptPhase phase, string[] previous, params string[] texts)
    {
        var scripts = CreateScripts([.. previous, .. texts], phase);
        var linter = new Linter(hasLockTimeout: true, new NewTables(knowsExisting: true), hasContract: true);
        linter.AddPrevious([.. scripts.Take(previous.Length)], placeholders: null);
        new ScriptChecker(placeholders: null, [], linter).CheckAll([.. scripts.Skip(previous.Length)]);
        return linter.Findings;
    }

    /// <summary>Returns the changes of a statement after another script, with the locks on tables that the statement does not name.</summary>
    public static IReadOnlyList<SchemaChange> Changes(string previous, string statement)
    {
        var schema = new LintSchema(new NewTables(knowsExisting: true));
        foreach (var change in SplitScript.Of(previous).Statements.SelectMany(s => schema.NewTables.Names.Resolve(StatementChanges.Of(s.Text))))
        {
            schema.Add(change, isLinted: false);
        }

        return [.. schema.NewTables.Names.Resolve(StatementChanges.Of(statement)).SelectMany(c => schema.ImpliedLocks(c).Prepend(c))];
    }

    /// <summary>Formats findings for assertions: <c>error:rule@1:1</c>, with allowed findings in parentheses.</summary>
    public static string[] Names(IEnumerable<Finding> findings) =>
    [
        .. findings.Select(f => $"{f.Severity.ToString().ToLowerInvariant()}:{f.Rule.Id}@{f.Position}")
            .Zip(findings, (name, f) => f.AllowedBecause is null ? name : $"({name})"),
    ];

    private static Script[] CreateScripts(string[] texts, ScriptPhase phase = ScriptPhase.Expand) =>
    [
        .. texts.Select((text, i) =>
        {
            Assert.True(ScriptName.TryParse($"V{i + 1}__x{(phase == ScriptPhase.Contract ? ".contract" : "")}.sql", out var name, out _));
            return Script.FromContent(name, $"/migrations/{name.FileName}", Encoding.UTF8.GetBytes(text));
        }),
    ];
}
