using Migrator.Configuration;

namespace Migrator.Commands;

/// <summary>What stands behind a command, such as the version of <c>baseline</c>.</summary>
/// <param name="Name">As the help shows it.</param>
/// <param name="Description">One sentence for the help.</param>
/// <param name="IsOptional">Whether it may be left out.</param>
internal sealed record CommandArgument(string Name, string Description, bool IsOptional = false);

/// <summary>One command of the command line.</summary>
internal abstract class MigrateCommand
{
    public abstract string Name { get; }

    /// <summary>One sentence for the help.</summary>
    public abstract string Description { get; }

    /// <summary>The options it takes.</summary>
    public abstract IReadOnlyList<Setting> Settings { get; }

    /// <summary>What may stand behind it; null for nothing.</summary>
    public virtual CommandArgument? Argument => null;

    /// <summary>Its <c>--timeout</c>: the default differs from command to command.</summary>
    public virtual Setting Timeout => KnownSettings.Timeout;

    /// <summary>Its <c>--output</c>: the forms differ from command to command.</summary>
    public virtual Setting Output => KnownSettings.Output;

    /// <summary>What it answers when <c>--timeout</c> is spent.</summary>
    public virtual ExitCode TimeoutExitCode => ExitCode.MigrationFailed;

    /// <summary>Whether it looks at settings other than its own flags: what is wrong elsewhere is no reason to hide a version.</summary>
    public virtual bool NeedsSettings => true;

    /// <summary>Whether it talks to a database at all, so that a connection has to be configured.</summary>
    public virtual bool NeedsDatabase(MigrateOptions options) => true;

    /// <summary>Does the work. What it finds out on the way is kept in <paramref name="run"/>.</summary>
    /// <exception cref="MigrateException">It failed.</exception>
    public abstract Task<ExitCode> RunAsync(Run run, CancellationToken cancellation);
}
