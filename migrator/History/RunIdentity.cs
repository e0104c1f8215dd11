using System.Reflection;

namespace Migrator.History;

/// <summary>The deployment that runs the command, for the audit table. Its values come from environment variables.</summary>
/// <param name="Release">The Helm release or the Spinnaker application (MIGRATE_RELEASE); null if not set.</param>
/// <param name="Revision">The revision of the release (MIGRATE_REVISION); null if not set.</param>
/// <param name="Image">The image that contains the scripts (MIGRATE_IMAGE); null if not set.</param>
/// <param name="Pod">The pod's name (POD_NAME), or the machine's name.</param>
internal sealed record RunIdentity(string? Release, string? Revision, string? Image, string? Pod)
{
    /// <summary>The version of this executable.</summary>
    public static string MigratorVersion { get; }
        = typeof(RunIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Reads the identity from environment variables.</summary>
    public static RunIdentity From(IReadOnlyDictionary<string, string> environment) => new(
        Value(environment, "MIGRATE_RELEASE"),
        Value(environment, "MIGRATE_REVISION"),
        Value(environment, "MIGRATE_IMAGE"),
        Value(environment, "POD_NAME") ?? Environment.MachineName);

    private static string? Value(IReadOnlyDictionary<string, string> environment, string name)
        => environment.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;
}
