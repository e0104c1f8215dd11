namespace Migrator.Linting;

/// <summary>The severity of a finding, in ascending order.</summary>
internal enum LintSeverity
{
    /// <summary>Information only.</summary>
    Info,

    /// <summary>The statement is correct in some releases and wrong in others. A reviewer has to decide.</summary>
    Warning,

    /// <summary>The statement blocks the application on a large or busy table, fails, or breaks the application version that still runs.</summary>
    Error,
}
