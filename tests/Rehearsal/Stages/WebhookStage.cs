using System.Net;
using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Stages;

/// <summary>
/// Asks an address. Source: orca's <c>CreateWebhookTask.java</c>, <c>WebhookResponseProcessor.java</c>.
/// </summary>
internal sealed class WebhookStage(RehearsalOptions options) : IStage
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(5);

    public async Task RunAsync(StageExecution stage, CancellationToken cancellationToken)
    {
        var context = stage.Context;
        if (context.IsTrue("waitForCompletion"))
        {
            throw new RehearsalException("Webhooks with waitForCompletion are not rehearsed.");
        }

        var url = new Uri(context.Text("url") ?? throw new StageFailure("No url."));
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(context.Number("stageTimeoutMs") is { } limit ? TimeSpan.FromMilliseconds(limit) : s_timeout);
        try
        {
            while (await TryAsync(stage, url, time.Token) is { } problem)
            {
                stage.Say(problem);
                await Task.Delay(options.PollInterval, time.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StageFailure($"createWebhook of stage {stage.Config.Name} timed out: {url} did not answer with success");
        }
    }

    /// <summary>Null when it answers with success, a sentence when it is to be asked again.</summary>
    private async Task<string?> TryAsync(StageExecution stage, Uri url, CancellationToken cancellationToken)
    {
        var method = new HttpMethod(stage.Context.Text("method") ?? "GET");
        HttpStatusCode status;
        try
        {
            status = await options.Ask(method, url, cancellationToken);
        }
        catch (HttpRequestException problem)
        {
            throw new StageFailure($"An exception occurred for pipeline performing a {method} request to {url}. {problem.Message}");
        }

        stage.Say($"{method} {url}: {(int)status}");
        var code = $"{(int)status}";
        return (int)status switch
        {
            >= 200 and < 400 => null,
            _ when FailFast(stage).Contains(code) => throw new StageFailure(
                $"Received status code {code}, which is configured to fail fast, terminating stage for pipeline to {url}"),
            >= 500 or 429 => $"Error submitting webhook to {url} with status code {code}, will retry.",
            _ when stage.Context.Texts("webhookRetryStatusCodes").Contains(code) =>
                $"Error submitting webhook to {url} with status code {code}, will retry.",
            _ => throw new StageFailure($"Error submitting webhook for pipeline to {url} with status code {code}."),
        };
    }

    /// <summary>504 unless the stage says otherwise. Source: <c>WebhookStage.java</c>.</summary>
    private static IReadOnlyList<string> FailFast(StageExecution stage) =>
        stage.Context["failFastStatusCodes"] is null ? ["504"] : stage.Context.Texts("failFastStatusCodes");
}
