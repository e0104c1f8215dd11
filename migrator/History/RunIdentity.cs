using System.Reflection;

namespace Migrator.History;

/// <summary>Who runs, for the audit table: what the deployment says of itself in the environment.</summary>
/// <param name="Release">MIGRATE_RELEASE: the Helm release or the Spinnaker application.</param>
/// <param name="Revision">MIGRATE_REVISION: the release's revision.</param>
/// <param name="Image">MIGRATE_IMAGE: the image whose scripts run.</param>
/// <param name="Pod">POD_NAME, or the host's name.</param>
internal sealed record RunIdentity(string? Release, string? Revision, string? Image, string? Pod)
{
    /// <summary>This executable's version.</summary>
    public static string MigratorVersion { get; }
        = typeof(RunIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static RunIdentity From(IReadOnlyDictionary<string, string> environment) => new(
        Value(environment, "MIGRATE_RELEASE"),
        Value(environment, "MIGRATE_REVISION"),
        Value(environment, "MIGRATE_IMAGE"),
        Value(environment, "POD_NAME") ?? Environment.MachineName);

    private static string? Value(IReadOnlyDictionary<string, string> environment, string name)
        => environment.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;
}
