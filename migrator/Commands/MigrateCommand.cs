using Migrator.Configuration;
using Migrator.Reporting.Results;

namespace Migrator.Commands;

/// <summary>A command of the command line.</summary>
internal abstract class MigrateCommand
{
    public abstract string Name { get; }

    /// <summary>One sentence for the help.</summary>
    public abstract string Description { get; }

    /// <summary>The options of the command.</summary>
    public abstract IReadOnlyList<Setting> Settings { get; }

    /// <summary>The argument that follows the command; null for none.</summary>
    public virtual CommandArgument? Argument => null;

    /// <summary>The command's <c>--timeout</c>. The default differs between commands.</summary>
    public virtual Setting Timeout => KnownSettings.Timeout;

    /// <summary>The command's <c>--output</c>. The formats differ between commands.</summary>
    public virtual Setting Output => KnownSettings.Output;

    /// <summary>
    /// Whether the command reads settings from sources other than the command line. <c>version</c> must work even if another
    /// source contains an invalid setting.
    /// </summary>
    public virtual bool NeedsSettings => true;

    /// <summary>Whether the command needs a database. If so, a connection must be configured.</summary>
    public virtual bool NeedsDatabase(MigrateOptions options) => true;

    /// <summary>How long the command may run; null for no limit.</summary>
    public virtual TimeSpan? TimeLimit(MigrateOptions options) => options.Timeout;

    /// <summary>Creates the result of the command, and the function that runs the command and fills the result.</summary>
    public abstract PreparedCommand Prepare();
}

/// <summary>A command with a result of its own type.</summary>
/// <typeparam name="TResult">The type of the result.</typeparam>
internal abstract class MigrateCommand<TResult> : MigrateCommand
    where TResult : CommandResult, new()
{
    public sealed override PreparedCommand Prepare()
    {
        var result = new TResult { Command = Name };
        return new PreparedCommand(result, (context, cancellation) => RunAsync(result, context, cancellation));
    }

    /// <summary>Runs the command.</summary>
    /// <param name="result">Receives the findings and actions of the command as soon as they are known.</param>
    /// <param name="context">The options, the clock and the receiver of progress messages.</param>
    /// <param name="cancellation">Cancelled by a signal, or when the time limit is reached.</param>
    /// <exception cref="MigrateException">The command failed.</exception>
    protected abstract Task RunAsync(TResult result, CommandContext context, CancellationToken cancellation);
}

/// <summary>A command that can be run once.</summary>
/// <param name="Result">The result; complete when <paramref name="RunAsync"/> has completed.</param>
/// <param name="RunAsync">Runs the command.</param>
internal sealed record PreparedCommand(CommandResult Result, Func<CommandContext, CancellationToken, Task> RunAsync);
