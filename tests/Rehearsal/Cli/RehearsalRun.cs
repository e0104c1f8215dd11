using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Checks;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Pipelines;
using Migrator.Rehearsal.Templates;
using Migrator.Rehearsal.Triggers;
using Migrator.Tooling;

namespace Migrator.Rehearsal.Cli;

/// <summary>
/// Runs the rehearsal and returns the exit code: 0 if all executions succeeded, 1 if one did not, 2 if a pipeline or the
/// command line is invalid.
/// </summary>
internal static class RehearsalRun
{
    public static async Task<int> RunAsync(Settings settings, CancellationToken cancellationToken)
    {
        try
        {
            if (settings is { IsRacing: true, FailsThird: true })
            {
                throw new RehearsalException("--fail-third needs an order of the tags. Use it without --racing.");
            }

            var templates = settings.Templates.Select(PipelineTemplate.Load).ToList();
            var pipelines = ResolvePipelineIds([.. settings.Pipelines.Select(Pipeline.Load).Select(p => Plan(p, templates))]);
            if (!AreValid(pipelines))
            {
                return 2;
            }

            if (!settings.ChecksOnly)
            {
                return await RehearseAsync(pipelines, settings, cancellationToken);
            }

            foreach (var pipeline in pipelines)
            {
                Console.WriteLine($"{pipeline.Name}: no mistakes found");
            }

            return 0;
        }
        catch (Exception problem) when (problem is RehearsalException or ToolingException or IOException)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 2;
        }
    }

    private static async Task<int> RehearseAsync(
        IReadOnlyList<Pipeline> pipelines, Settings settings, CancellationToken cancellationToken)
    {
        await using var localEnvironment = settings.Kubeconfig is null ? await LocalEnvironment.StartAsync(pipelines, settings, cancellationToken) : null;
        var options = new RehearsalOptions
        {
            KubeconfigPath = localEnvironment?.KubeconfigPath ?? settings.Kubeconfig!,
            Context = settings.Context,
            FetchArtifact = (id, artifact) => settings.Artifacts.GetValueOrDefault(id ?? "") ?? settings.Artifacts.GetValueOrDefault(artifact.Name ?? ""),
            AnswerJudgment = (_, _) => Task.FromResult(!settings.StopsAtJudgment),
            ExtraOverrides = settings.Overrides,
            IsRacing = settings.IsRacing,
            OnEvent = new ProgressWriter(Console.Out).Write,
        };
        await using var spinnaker = await SpinnakerRehearsal.StartAsync(
            localEnvironment is null ? options : options with { SendWebhook = localEnvironment.SendWebhookAsync }, cancellationToken);
        foreach (var pipeline in pipelines)
        {
            spinnaker.Save(pipeline);
        }

        var polls = settings.IsRacing ? [settings.Tags] : settings.Tags.Select(t => (IReadOnlyList<string>)[t]).ToList();
        foreach (var (index, tags) in polls.Index())
        {
            if (index == 2 && settings.FailsThird && localEnvironment is not null)
            {
                await localEnvironment.InsertDuplicatesAsync(cancellationToken);
            }

            await PollAsync(spinnaker, pipelines, tags, cancellationToken);
        }

        if (settings.Start is { } name)
        {
            var start = new ManualStart { Image = ChosenImage(pipelines, name, settings), Parameters = settings.Parameters };
            await spinnaker.WaitForCompletionAsync(spinnaker.Start(name, start), cancellationToken);
        }

        // Executions can start other executions when they end. The list grows during the loop.
        for (var i = 0; i < spinnaker.Executions.Count; i++)
        {
            await spinnaker.WaitForCompletionAsync(spinnaker.Executions[i], cancellationToken);
        }

        ProgressWriter.WriteSummary(Console.Out, spinnaker.Executions);
        return spinnaker.Executions.All(e => e.Status == ExecutionStatus.Succeeded) ? 0 : 1;
    }

    private static async Task PollAsync(
        SpinnakerRehearsal spinnaker, IReadOnlyList<Pipeline> pipelines, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        var started = Images(pipelines).SelectMany(image => spinnaker.Poll(image, tags)).ToList();
        if (tags.FirstOrDefault(t => started.All(e => e.Trigger.Tag != t)) is { } tag)
        {
            throw new RehearsalException($"None of the pipelines has a docker trigger that fires for the tag {tag}.");
        }

        foreach (var execution in started)
        {
            await spinnaker.WaitForCompletionAsync(execution, cancellationToken);
        }
    }

    /// <summary>
    /// Returns the image of a manual start, with the last tag of the command line. Spinnaker's form offers a choice of tags
    /// if the pipeline has a docker trigger.
    /// </summary>
    private static Artifact? ChosenImage(IReadOnlyList<Pipeline> pipelines, string name, Settings settings) =>
        pipelines.Where(p => p.Name == name && p.Triggers.Any(t => t.Text("type") == "docker")).SelectMany(p => Images([p]))
            .Select(image => ManualStart.ImageOf(image, settings.Tags is [.., var last] ? last : "v1")).FirstOrDefault();

    /// <summary>Returns the names of the images that the pipelines expect.</summary>
    internal static IReadOnlyList<string> Images(IReadOnlyList<Pipeline> pipelines) =>
    [
        .. pipelines.SelectMany(p => p.ExpectedArtifacts).Where(e => e.Match.Type == "docker/image")
            .Select(e => e.Match.Name).OfType<string>().Distinct(),
    ];

    private static Pipeline Plan(Pipeline pipeline, IReadOnlyList<PipelineTemplate> templates)
    {
        if (!pipeline.IsTemplated)
        {
            return pipeline;
        }

        var template = templates.FirstOrDefault(t => pipeline.Json.Text("template", "reference") == $"spinnaker://{t.Id}");
        return template is null
            ? throw new RehearsalException($"{pipeline.Name} is a configuration of the template {pipeline.Json.Text("template", "reference")}. Pass the template's file with --template.")
            : template.Plan(pipeline);
    }

    /// <summary>
    /// Replaces the placeholders <c>ID of 'NAME'</c> in triggers. Triggers refer to other pipelines by an id that Spinnaker
    /// generates.
    /// </summary>
    private static IReadOnlyList<Pipeline> ResolvePipelineIds(IReadOnlyList<Pipeline> pipelines)
    {
        if (pipelines.GroupBy(p => p.Id).FirstOrDefault(g => g.Count() > 1) is { } duplicate)
        {
            throw new RehearsalException($"Two files define the pipeline '{duplicate.First().Name}' of {duplicate.First().Application}. The second would replace the first.");
        }

        var names = pipelines.ToDictionary(p => $"ID of '{p.Name}'", p => p.Id);
        return [.. pipelines.Select(p => p.With(names))];
    }

    private static bool AreValid(IReadOnlyList<Pipeline> pipelines)
    {
        var areValid = true;
        foreach (var pipeline in pipelines)
        {
            foreach (var problem in PipelineCheck.Problems(pipeline))
            {
                areValid = false;
                Console.Error.WriteLine($"{pipeline.Name}: {problem}");
            }

            foreach (var warning in PipelineCheck.Warnings(pipeline))
            {
                Console.Error.WriteLine($"{pipeline.Name}: warning: {warning}");
            }
        }

        foreach (var warning in PipelineCheck.Warnings(pipelines))
        {
            Console.Error.WriteLine($"warning: {warning}");
        }

        return areValid;
    }
}
