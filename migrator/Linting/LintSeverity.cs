namespace Migrator.Linting;

/// <summary>How bad it is, the least first.</summary>
internal enum LintSeverity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Right in some releases, wrong in others: a person decides.</summary>
    Warning,

    /// <summary>Takes the application down on a table that is large or busy, fails, or breaks the version that still runs.</summary>
    Error,
}
