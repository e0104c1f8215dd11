using System.Net;
using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Stages;

/// <summary>
/// Runs Webhook: sends one request. Source: orca's <c>CreateWebhookTask.java</c>, <c>WebhookResponseProcessor.java</c>.
/// </summary>
internal sealed class WebhookStage(RehearsalOptions options) : IStage
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(5);

    public IReadOnlyList<string> Tasks(StageExecution stage) => ["createWebhook"];

    public async Task RunAsync(StageExecution stage, CancellationToken cancellationToken)
    {
        stage.StartTask("createWebhook");
        var context = stage.Context;
        if (context.IsTrue("waitForCompletion"))
        {
            throw new RehearsalException("The rehearsal does not support webhooks with waitForCompletion.");
        }

        var url = new Uri(context.Text("url") ?? throw new StageFailure("url is missing."));
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(context.Number("stageTimeoutMs") is { } limit ? TimeSpan.FromMilliseconds(limit) : s_timeout);
        try
        {
            while (await TryAsync(stage, url, time.Token) is { } problem)
            {
                stage.Report(problem);
                await Task.Delay(options.PollInterval, time.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StageFailure($"createWebhook of stage {stage.Config.Name} timed out: {url} did not respond with success");
        }
    }

    /// <summary>Returns null on success, or a message if the request has to be retried.</summary>
    private async Task<string?> TryAsync(StageExecution stage, Uri url, CancellationToken cancellationToken)
    {
        var method = new HttpMethod(stage.Context.Text("method") ?? "GET");
        HttpStatusCode status;
        try
        {
            status = await options.SendWebhook(method, url, cancellationToken);
        }
        catch (HttpRequestException problem)
        {
            throw new StageFailure($"An exception occurred for pipeline performing a {method} request to {url}. {problem.Message}");
        }

        stage.Report($"{method} {url}: {(int)status}");
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

    /// <summary>Returns the status codes that are not retried. Default: 504. Source: <c>WebhookStage.java</c>.</summary>
    private static IReadOnlyList<string> FailFast(StageExecution stage) =>
        stage.Context["failFastStatusCodes"] is null ? ["504"] : stage.Context.Texts("failFastStatusCodes");
}
