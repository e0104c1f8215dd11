namespace Migrator.Configuration;

/// <summary>A setting, with its names on the command line, in the environment, in a settings folder and in <c>migrate.json</c>.</summary>
/// <param name="Name">The long option without its dashes, such as <c>lock-wait</c>.</param>
/// <param name="ValueName">The placeholder for the value in the help; null for a switch.</param>
/// <param name="Default">The documented default; null for none.</param>
/// <param name="Description">One sentence for the help.</param>
internal sealed record Setting(string Name, string? ValueName, string? Default, string Description)
{
    /// <summary>Whether the option can be repeated.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>Separates the entries of a repeatable option in one text. Default: a comma.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>The option on the command line, such as <c>--lock-wait</c>.</summary>
    public string Flag => "--" + Name;

    /// <summary>The environment variable, such as <c>MIGRATE_LOCK_WAIT</c>.</summary>
    public string EnvironmentName => "MIGRATE_" + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>
    /// The environment variable in the help. If each entry has its own variable, it contains a placeholder, such as
    /// <c>MIGRATE_PLACEHOLDER_&lt;NAME&gt;</c>.
    /// </summary>
    public string EnvironmentForm { get; init; } = "MIGRATE_" + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>The normalized name: <c>lockwait</c> for <c>lock-wait</c>, <c>LOCK_WAIT</c> and <c>lockWait</c>.</summary>
    public string Key => KeyOf(Name);

    /// <summary>Normalizes the name of a setting.</summary>
    public static string KeyOf(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
