using System.Text;
using Migrator.Linting;
using Migrator.Planning;
using Migrator.Scripts;
using Xunit;

namespace Migrator.Tests.Linting;

/// <summary>Lints texts as scripts, without a folder and a process.</summary>
internal static class Lint
{
    /// <summary>What is found in scripts of one set, V1 and on.</summary>
    public static IReadOnlyList<Finding> Set(params string[] texts) => Behind([], texts);

    /// <summary>What is found in scripts that come behind others.</summary>
    public static IReadOnlyList<Finding> Behind(string[] before, params string[] texts)
    {
        var scripts = Scripts([.. before, .. texts]);
        var linter = new Linter(hasLockTimeout: true);
        linter.AddBefore([.. scripts.Take(before.Length)], placeholders: null);
        new ScriptChecker(placeholders: null, [], linter).CheckAll([.. scripts.Skip(before.Length)]);
        return linter.Findings;
    }

    /// <summary>Findings as a test names them: <c>error:rule@1:1</c>, a finding that is allowed in parentheses.</summary>
    public static string[] Names(IEnumerable<Finding> findings) =>
    [
        .. findings.Select(f => $"{f.Severity.ToString().ToLowerInvariant()}:{f.Rule.Id}@{f.Position}")
            .Zip(findings, (name, f) => f.AllowedBecause is null ? name : $"({name})"),
    ];

    private static Script[] Scripts(string[] texts) =>
    [
        .. texts.Select((text, i) =>
        {
            Assert.True(ScriptName.TryParse($"V{i + 1}__x.sql", out var name, out _));
            return Script.FromContent(name, $"/migrations/{name.FileName}", Encoding.UTF8.GetBytes(text));
        }),
    ];
}
