using Migrator.Configuration;
using Migrator.Database;
using Migrator.History;
using Migrator.Reporting;
using Npgsql;

namespace Migrator.Commands;

/// <summary>Runs one command from its sources to its exit code; everything that goes wrong ends here as a <see cref="RunResult"/>.</summary>
internal sealed class CommandRunner(TimeProvider time)
{
    private const string DebugVariable = "MIGRATE_DEBUG";
    private const string AdviceVariable = "MIGRATE_ADVICE";

    // Cancelling and rolling back takes well below a second. In a network that is frozen it would take until each of them is
    // given up, and the grace period of a pod, 30 s or less, is over before the cause is told.
    private static readonly TimeSpan MostForTheEnd = TimeSpan.FromSeconds(8);

    public async Task<ExitCode> RunAsync(
        ParsedCommand parsed, IReadOnlyDictionary<string, string> environment, string? workingFolder, TerminationSignal signal)
    {
        long start = time.GetTimestamp();
        var redactor = new Redactor();
        SecretArguments.Hide(parsed.Result.Tokens.Select(t => t.Value), parsed.Result.UnmatchedTokens, redactor);
        ConsoleOutput console = ConsoleOutput.Open(redactor, environment);
        Setting form = parsed.Command?.Output ?? KnownSettings.Output;
        var format = OutputFormat.Text;
        RunProgress report = new(console, isText: true);
        Run? run = null;
        ExitCode exitCode;
        IReadOnlyList<Problem> problems = [];
        try
        {
            format = AskedFor(parsed, environment, form);
            report = new RunProgress(console, format == OutputFormat.Text);
            if (parsed.Problems.Count > 0)
            {
                throw new MigrateException(ExitCode.Usage, parsed.Problems);
            }

            MigrateCommand command = parsed.Command!;
            SettingSources sources = command.NeedsSettings
                ? SettingSources.Read(parsed.Flags, environment, workingFolder)
                : SettingSources.Read(parsed.Flags, OutputOf(environment), workingFolder: null);
            format = OptionsReader.Output(sources, form);
            report = new RunProgress(console, format == OutputFormat.Text);
            MigrateOptions options = new OptionsReader(sources, parsed.Argument).Read(command.Timeout, form, command.NeedsDatabase, redactor);
            run = new Run(command.Name, options, RunIdentity.From(environment), report, time);
            exitCode = await RunAsync(command, run, signal).ConfigureAwait(false);
        }
        catch (MigrateException e)
        {
            (exitCode, problems) = (e.ExitCode, e.Problems);
        }
#pragma warning disable CA1031 // The last line of defence: whatever it is, it ends in a sentence and an exit code.
        catch (Exception e)
#pragma warning restore CA1031
        {
            (exitCode, problems) = (ExitCode.MigrationFailed, [Unexpected(e)]);
            if (environment.GetValueOrDefault(DebugVariable) is { Length: > 0 })
            {
                console.Message(e.ToString());
            }
        }

        var result = new RunResult
        {
            Command = parsed.Command?.Name ?? "",
            ExitCode = exitCode,
            History = run?.History,
            Plan = run?.Plan,
            Applied = report.AppliedScripts,
            Undone = report.UndoneScripts,
            UndoPlan = run?.UndoPlan,
            Problems = problems,
            Warnings = report.SeenWarnings,
            Repaired = run?.Repaired ?? [],
            Lines = run?.Lines ?? [],
            Audit = run?.Audit ?? [],
            Sql = run?.Sql ?? [],
            Findings = run?.Findings ?? [],
            Looked = run?.Looked ?? 0,
            Advice = environment.GetValueOrDefault(AdviceVariable),
            Elapsed = time.GetElapsedTime(start),
        };
        Answer.Write(result, format, console, redactor);

        new TerminationMessage(environment.GetValueOrDefault(TerminationMessage.EnvironmentName), redactor).Write(problems);
        return exitCode;
    }

    private async Task<ExitCode> RunAsync(MigrateCommand command, Run run, TerminationSignal signal)
    {
        bool isOneTry = command.TimeoutExitCode == ExitCode.Pending && run.Options.Timeout == TimeSpan.Zero;
        using var limit = new CancellationTokenSource(isOneTry ? Timeout.InfiniteTimeSpan : run.Options.Timeout ?? Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, signal.Token);
        bool isOverdue = false;
        try
        {
            // On a thread of its own: reading a folder cannot be cancelled.
            Task<ExitCode> work = Task.Run(() => command.RunAsync(run, either.Token), CancellationToken.None);
            isOverdue = await Task.WhenAny(work, EndAsync(either.Token)).ConfigureAwait(false) != work;
            return isOverdue ? throw new TimeoutException() : await work.ConfigureAwait(false);
        }
        catch (Exception) when (signal.Received is { } exitCode)
        {
            string rest = isOverdue ? "the server did not answer any more, and rolls back what was running once it notices" : "what was running is rolled back";
            throw new MigrateException(exitCode, new Problem("interrupted", $"ended by {signal.Name}; {rest}")
            {
                Advice = "Run it again: it goes on where it stopped.",
            });
        }
        catch (Exception e) when (limit.IsCancellationRequested)
        {
            throw TimeoutSpent(command, run, e);
        }
        catch (Exception e) when (e is not PostgresException && SqlStates.IsConnectionLoss(e))
        {
            throw DatabaseProblems.Lost(e);
        }
        catch (PostgresException e)
        {
            throw SqlStates.IsServerGone(e) ? DatabaseProblems.Lost(e) : HistoryProblems.Failed($"working with the history{(run.History is { } history ? " in " + history.QualifiedName : "")}", e, run.History);
        }
    }

    /// <summary>Comes to its end when what is cancelled has had its time.</summary>
    private async Task EndAsync(CancellationToken cancelled)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancelled).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await Task.Delay(MostForTheEnd, time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static Problem Unexpected(Exception e) => new("unexpected", $"unexpected {e.GetType().Name}: {e.Message}")
    {
        Advice = $"This is a bug in migrate. Run it again with {DebugVariable}=1 for the stack trace, and report it.",
    };

    /// <summary>What <c>--timeout</c> says when it is spent.</summary>
    public static MigrateException TimeoutSpent(MigrateCommand command, Run run, Exception? e = null)
    {
        string pending = string.Join(", ", run.Plan?.Awaited.Select(s => s.FileName) ?? []);
        string left = command.TimeoutExitCode != ExitCode.Pending ? "; what was running is rolled back"
            : pending.Length > 0 ? $"; still pending: {pending}"
            : "; the database has not answered by then";
        return new MigrateException(
            command.TimeoutExitCode,
            new Problem("timeout", $"--timeout of {Duration.Format(run.Options.Timeout)} is spent{left}")
            {
                Advice = command.TimeoutExitCode == ExitCode.Pending
                    ? "Look at the migration's own log: the gate only waits for it."
                    : "Raise --timeout, or see what the migration waits for.",
            },
            e);
    }

    private static Dictionary<string, string> OutputOf(IReadOnlyDictionary<string, string> environment)
        => environment.Where(e => e.Key == KnownSettings.Output.EnvironmentName).ToDictionary(StringComparer.Ordinal);

    // Before the sources are read, and whatever else is wrong: a caller that asked for JSON gets it.
    private static OutputFormat AskedFor(ParsedCommand parsed, IReadOnlyDictionary<string, string> environment, Setting form)
    {
        if (parsed.Flags.TryGetValue(form.Name, out IReadOnlyList<string>? output))
        {
            return OptionsReader.Output(output is [var given] ? given : null, form);
        }

        return parsed.Result.UnmatchedTokens is [.., "--output=json"] or ["--output=json", ..] or ["--output", "json", ..] or [.., "--output", "json"]
            ? OutputFormat.Json
            : OptionsReader.Output(environment.GetValueOrDefault(form.EnvironmentName), form);
    }
}
