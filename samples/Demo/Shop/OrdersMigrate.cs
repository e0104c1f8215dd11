using System.Text;
using CliWrap;
using Migrator.Demo.Narration;
using Migrator.Tooling.Processes;

namespace Migrator.Demo.Shop;

/// <summary><c>orders migrate …</c> of a release, told as it runs.</summary>
internal sealed class OrdersMigrate(string databaseUrl, Narrator narrator)
{
    /// <summary>Far above what it takes; a hang ends as a failure.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>Runs it to its end, whatever its exit code.</summary>
    /// <exception cref="ExpectationException">It did not end.</exception>
    public async Task<CommandOutcome> RunAsync(
        Release release, string[] arguments, CancellationToken cancellationToken)
    {
        // From the release's own folder, as in its image: what is shown is what is run.
        arguments = ["migrate", .. arguments, "--dir=migrations"];
        var line = $"orders {string.Join(' ', arguments)}";
        narrator.Command(line, release.Name);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        var (output, error) = (new StringBuilder(), new StringBuilder());
        try
        {
            var result = await Guarded.Command(release.Orders, arguments)
                .WithWorkingDirectory(release.Folder)
                .WithEnvironmentVariables(ShopEnvironment.With(databaseUrl))
                .WithStandardOutputPipe(Tell(output))
                .WithStandardErrorPipe(Tell(error))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(limit.Token);
            return new CommandOutcome(result.ExitCode, output.ToString(), error.ToString(), result.RunTime);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ExpectationException($"`{line}` of {release.Name} ends", $"it ran for {Elapsed.Text(s_limit)}");
        }
    }

    private PipeTarget Tell(StringBuilder kept) => PipeTarget.Merge(
        PipeTarget.ToStringBuilder(kept), PipeTarget.ToDelegate(narrator.Output));
}
