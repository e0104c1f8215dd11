using Migrator.Tooling;

namespace Migrator.Demo.Shop;

/// <summary>A version of the service.</summary>
/// <param name="Version">1 to 5.</param>
internal sealed record Release(int Version)
{
    private const string ContractSuffix = ".contract.sql";

    /// <summary>The name, such as <c>v1</c>, which is also the image's tag.</summary>
    public string Name => $"v{Version}";

    /// <summary>Additional values of the chart, as for <c>--set</c>; null for none.</summary>
    public string? Values { get; init; }

    /// <summary>The names of the scripts that must be applied before the first pod of this release starts.</summary>
    public IReadOnlyList<string> ExpandScripts => [.. Scripts.Where(name => !IsContract(name))];

    /// <summary>
    /// The names of the versioned and repeatable scripts that must be applied for this release: its own scripts and
    /// those of all earlier releases.
    /// </summary>
    public IReadOnlyList<string> Scripts { get; } =
    [
        .. Enumerable.Range(1, Version)
            .SelectMany(v => Directory.EnumerateFiles(RepositoryRoot.Combine("samples", "Orders", "migrations", $"v{v}")))
            .Select(file => Path.GetFileName(file))
            .Where(name => name[0] is 'V' or 'R')
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Returns whether a script runs only after the last pod of the previous release has ended.</summary>
    public static bool IsContract(string script) => script.EndsWith(ContractSuffix, StringComparison.Ordinal);
}
