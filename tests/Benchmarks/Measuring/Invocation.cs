namespace Migrator.Benchmarks.Measuring;

/// <summary>A command to measure.</summary>
/// <param name="Program">The executable's absolute path.</param>
/// <param name="Arguments">The arguments, which are not interpreted.</param>
internal sealed record Invocation(string Program, IReadOnlyList<string> Arguments)
{
    // Prefixes of variables that would change a contender's settings, such as the database's address.
    private static readonly string[] s_removed = ["PG", "MIGRATE_", "DBMATE_", "DATABASE_URL", "DOTNET_", "MSBUILD", "NODE_"];

    /// <summary>Additional environment variables.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>The whole environment, as <c>NAME=value</c>.</summary>
    public IEnumerable<string> Environment =>
        System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Select(variable => (Name: (string)variable.Key, Value: (string?)variable.Value ?? ""))
            .Where(variable => variable.Name == "DOTNET_ROOT"
                || !(s_removed.Any(prefix => variable.Name.StartsWith(prefix, StringComparison.Ordinal))
                    || Variables.ContainsKey(variable.Name)))
            .Concat(Variables.Select(variable => (variable.Key, variable.Value)))
            .Select(variable => $"{variable.Item1}={variable.Item2}");
}
