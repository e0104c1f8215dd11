using Migrator.Configuration;
using Migrator.Reporting.Results;

namespace Migrator.Commands;

/// <summary>One command of the command line.</summary>
internal abstract class MigrateCommand
{
    public abstract string Name { get; }

    /// <summary>One sentence for the help.</summary>
    public abstract string Description { get; }

    /// <summary>The options that the command takes.</summary>
    public abstract IReadOnlyList<Setting> Settings { get; }

    /// <summary>The argument that follows the command; null for none.</summary>
    public virtual CommandArgument? Argument => null;

    /// <summary>The command's <c>--timeout</c>. The default differs from command to command.</summary>
    public virtual Setting Timeout => KnownSettings.Timeout;

    /// <summary>The command's <c>--output</c>. The forms differ from command to command.</summary>
    public virtual Setting Output => KnownSettings.Output;

    /// <summary>
    /// Whether the command reads settings from other sources than its own flags. A wrong setting elsewhere must not keep
    /// <c>version</c> from answering.
    /// </summary>
    public virtual bool NeedsSettings => true;

    /// <summary>Whether the command connects to a database, so that a connection must be configured.</summary>
    public virtual bool NeedsDatabase(MigrateOptions options) => true;

    /// <summary>How long the command may run; null for no limit.</summary>
    public virtual TimeSpan? TimeLimit(MigrateOptions options) => options.Timeout;

    /// <summary>Creates the command's result, and the work that fills it.</summary>
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
    /// <param name="result">Receives what the command finds and does, as soon as that is known.</param>
    /// <param name="context">What the command works with.</param>
    /// <param name="cancellation">Cancelled by a signal, or when the time limit is reached.</param>
    /// <exception cref="MigrateException">The command failed.</exception>
    protected abstract Task RunAsync(TResult result, CommandContext context, CancellationToken cancellation);
}

/// <summary>A command that is ready to run once.</summary>
/// <param name="Result">The result; complete when <paramref name="RunAsync"/> has completed.</param>
/// <param name="RunAsync">Runs the command.</param>
internal sealed record PreparedCommand(CommandResult Result, Func<CommandContext, CancellationToken, Task> RunAsync);
