using Migrator.Configuration;
using Migrator.Database;
using Migrator.History;
using Migrator.Reporting;
using Migrator.Reporting.Results;
using Npgsql;

namespace Migrator.Commands;

/// <summary>
/// Runs one command: reads its settings, enforces its time limit, writes its result. Every failure becomes part of the result.
/// </summary>
internal sealed class CommandRunner(TimeProvider time)
{
    private const string AdviceVariable = "MIGRATE_ADVICE";

    // Cancelling a statement and rolling it back usually takes less than a second. If the network is down, both take until their timeouts. A
    // pod's grace period is often 30 s or less, and the cause must be reported before it ends.
    private static readonly TimeSpan CancellationLimit = TimeSpan.FromSeconds(8);

    /// <summary>Runs the command of a command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="environment">The environment variables.</param>
    /// <param name="workingFolder">The working folder; null if it was deleted.</param>
    /// <param name="signal">Ends the command.</param>
    public async Task<ExitCode> RunAsync(
        ParsedCommand parsed,
        IReadOnlyDictionary<string, string> environment,
        string? workingFolder,
        TerminationSignal signal)
    {
        long start = time.GetTimestamp();
        var redactor = new Redactor();
        SecretArguments.Hide(parsed.Result.Tokens.Select(t => t.Value), parsed.Result.UnmatchedTokens, redactor);
        SecretArguments.Hide(environment, redactor);
        ConsoleOutput console = ConsoleOutput.Open(redactor, environment);
        PreparedCommand? prepared = parsed.Command?.Prepare();
        CommandResult result = prepared?.Result ?? new UsageResult();
        OutputFormat format = parsed.RequestedOutput(environment);
        try
        {
            if (parsed.Command is not { } command || prepared is null || parsed.Problems.Count > 0)
            {
                throw new MigrateException(ExitCode.Usage, parsed.Problems);
            }

            SettingSources sources = command.NeedsSettings
                ? SettingSources.Read(parsed.Flags, environment, workingFolder)
                : SettingSources.Read(parsed.Flags, OnlyOutputSetting(environment), workingFolder: null);
            format = OptionsReader.Output(sources, command.Output);
            MigrateOptions options = new OptionsReader(sources, parsed.Argument)
                .Read(command.Timeout, command.Output, command.NeedsDatabase, redactor);
            result.HidesDetail = options.NoDetail;
            var progress = new RunProgress(console, format == OutputFormat.Text, result);
            var context = new CommandContext(command.Name, options, environment, RunIdentity.From(environment), progress, redactor, time);
            await RunAsync(prepared, context, command.TimeLimit(options), signal).ConfigureAwait(false);
        }
        catch (MigrateException e) when (!UnexpectedFailure.IsOutOfMemory(e))
        {
            result.Failure = e;
        }
#pragma warning disable CA1031 // The caller gets a message and an exit code for every exception.
        catch (Exception e)
#pragma warning restore CA1031
        {
            result.Failure = UnexpectedFailure.Of(e);
            if (environment.GetValueOrDefault(UnexpectedFailure.DebugVariable) is { Length: > 0 })
            {
                console.Message(e.ToString());
            }
        }

        result.Advice = environment.GetValueOrDefault(AdviceVariable);
        result.Elapsed = time.GetElapsedTime(start);
        result.Write(format, console, redactor);
        new TerminationMessage(environment.GetValueOrDefault(TerminationMessage.EnvironmentName), redactor).Write(result.Problems);
        return result.ExitCode;
    }

    private async Task RunAsync(
        PreparedCommand command, CommandContext context, TimeSpan? timeLimit, TerminationSignal signal)
    {
        using var limit = new CancellationTokenSource(timeLimit ?? Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, signal.Token);
        bool isAbandoned = false;
        try
        {
            // On a separate thread, because reading a folder cannot be cancelled.
            Task work = Task.Run(() => command.RunAsync(context, either.Token), CancellationToken.None);
            isAbandoned = await Task.WhenAny(work, CancellationLimitAsync(either.Token)).ConfigureAwait(false) != work;
            if (isAbandoned)
            {
                throw new TimeoutException();
            }

            await work.ConfigureAwait(false);
        }
        catch (Exception) when (signal.Received is { } exitCode)
        {
            string rest = isAbandoned
                ? "the server does not respond; it will roll back uncommitted changes when it detects that the connection is lost"
                : "uncommitted changes were rolled back";
            throw new MigrateException(exitCode, command.Result.Interrupted(new Problem("interrupted", $"ended by {signal.Name}; {rest}")
            {
                Advice = "Run the same command again. It continues where this run stopped.",
            }));
        }
        catch (Exception e) when (limit.IsCancellationRequested)
        {
            throw command.Result.TimedOut(context.Options.Timeout, e);
        }
        catch (Exception e) when (UnexpectedFailure.IsOutOfMemory(e))
        {
            // Npgsql wraps the exception in one that looks like a lost connection.
            throw;
        }
        catch (PostgresException e) when (!SqlStates.IsServerUnavailable(e))
        {
            HistoryTable? history = (command.Result as HistoryResult)?.History;
            throw HistoryProblems.Failed($"accessing the history{(history is null ? "" : " in " + history.QualifiedName)}", e, history);
        }
        catch (Exception e) when (e is PostgresException || SqlStates.IsConnectionLoss(e))
        {
            throw DatabaseProblems.Lost(e);
        }
    }

    /// <summary>Completes when <see cref="CancellationLimit"/> has passed since the command was cancelled.</summary>
    private async Task CancellationLimitAsync(CancellationToken cancelled)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancelled).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await Task.Delay(CancellationLimit, time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static Dictionary<string, string> OnlyOutputSetting(IReadOnlyDictionary<string, string> environment)
        => environment.Where(e => e.Key == KnownSettings.Output.EnvironmentName).ToDictionary(StringComparer.Ordinal);
}
