namespace Migrator.Configuration;

/// <summary>One setting: how the command line, the environment, a settings folder and <c>migrate.json</c> name it.</summary>
/// <param name="Name">The long option without its dashes, such as <c>lock-wait</c>.</param>
/// <param name="ValueName">What stands for the value in the help; null for a switch.</param>
/// <param name="Default">The documented default; null where there is none.</param>
/// <param name="Description">One sentence for the help.</param>
internal sealed record Setting(string Name, string? ValueName, string? Default, string Description)
{
    /// <summary>Whether it can be given several times.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary><c>--lock-wait</c>.</summary>
    public string Flag => "--" + Name;

    /// <summary><c>MIGRATE_LOCK_WAIT</c>.</summary>
    public string EnvironmentName => "MIGRATE_" + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>The environment name as the help shows it: where each entry has a variable of its own, with what stands for its name.</summary>
    public string EnvironmentForm { get; init; } = "MIGRATE_" + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>The name that all sources are compared by: <c>lockwait</c> for <c>lock-wait</c>, <c>LOCK_WAIT</c> and <c>lockWait</c>.</summary>
    public string Key => KeyOf(Name);

    public static string KeyOf(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
