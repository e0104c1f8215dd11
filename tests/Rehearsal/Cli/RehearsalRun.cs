using Migrator.Rehearsal.Artifacts;
using Migrator.Rehearsal.Checks;
using Migrator.Rehearsal.Execution;
using Migrator.Rehearsal.Pipelines;
using Migrator.Rehearsal.Templates;
using Migrator.Rehearsal.Triggers;
using Migrator.Tooling;

namespace Migrator.Rehearsal.Cli;

/// <summary>From pipelines' files to an exit code: 0 all succeeded, 1 one did not, 2 a pipeline or the command line is wrong.</summary>
internal static class RehearsalRun
{
    public static async Task<int> RunAsync(Settings settings, CancellationToken cancellationToken)
    {
        try
        {
            var templates = settings.Templates.Select(PipelineTemplate.Load).ToList();
            var pipelines = Linked([.. settings.Pipelines.Select(Pipeline.Load).Select(p => Planned(p, templates))]);
            if (!IsRight(pipelines))
            {
                return 2;
            }

            if (!settings.ChecksOnly)
            {
                return await RehearseAsync(pipelines, settings, cancellationToken);
            }

            foreach (var pipeline in pipelines)
            {
                Console.WriteLine($"{pipeline.Name}: no mistake found");
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
        await using var standIn = settings.Kubeconfig is null ? await StandIn.StartAsync(pipelines, settings, cancellationToken) : null;
        var options = new RehearsalOptions
        {
            KubeconfigPath = standIn?.KubeconfigPath ?? settings.Kubeconfig!,
            Context = settings.Context,
            FetchArtifact = (id, artifact) => settings.Artifacts.GetValueOrDefault(id ?? "") ?? settings.Artifacts.GetValueOrDefault(artifact.Name ?? ""),
            Judge = (_, _) => Task.FromResult(!settings.StopsAtJudgment),
            ExtraOverrides = settings.Overrides,
            OnEvent = new Narrator(Console.Out).Tell,
        };
        await using var spinnaker = await SpinnakerRehearsal.StartAsync(
            standIn is null ? options : options with { Ask = standIn.AskAsync }, cancellationToken);
        foreach (var pipeline in pipelines)
        {
            spinnaker.Save(pipeline);
        }

        foreach (var (index, tag) in settings.Tags.Index())
        {
            if (index == 2 && settings.FailsThird && standIn is not null)
            {
                await standIn.SpoilAsync(cancellationToken);
            }

            await PushAsync(spinnaker, pipelines, tag, cancellationToken);
        }

        if (settings.Start is { } name)
        {
            var start = new ManualStart { Image = ChosenImage(pipelines, name, settings), Parameters = settings.Parameters };
            await spinnaker.CompletedAsync(spinnaker.Start(name, start), cancellationToken);
        }

        // What the end of one started is at work still.
        for (var i = 0; i < spinnaker.Executions.Count; i++)
        {
            await spinnaker.CompletedAsync(spinnaker.Executions[i], cancellationToken);
        }

        Narrator.Sum(Console.Out, spinnaker.Executions);
        return spinnaker.Executions.All(e => e.Status == ExecutionStatus.Succeeded) ? 0 : 1;
    }

    private static async Task PushAsync(
        SpinnakerRehearsal spinnaker, IReadOnlyList<Pipeline> pipelines, string tag, CancellationToken cancellationToken)
    {
        var started = Images(pipelines).SelectMany(image => spinnaker.Push(image, tag)).ToList();
        if (started.Count == 0)
        {
            throw new RehearsalException($"No docker trigger of these pipelines fires for the tag {tag}.");
        }

        foreach (var execution in started)
        {
            await spinnaker.CompletedAsync(execution, cancellationToken);
        }
    }

    /// <summary>Spinnaker's form lets somebody choose a tag when there is a docker trigger: here the last of those given.</summary>
    private static Artifact? ChosenImage(IReadOnlyList<Pipeline> pipelines, string name, Settings settings) =>
        pipelines.Where(p => p.Name == name && p.Triggers.Any(t => t.Text("type") == "docker")).SelectMany(p => Images([p]))
            .Select(image => ManualStart.ImageOf(image, settings.Tags is [.., var last] ? last : "v1")).FirstOrDefault();

    /// <summary>The images that the pipelines' triggers bring.</summary>
    internal static IReadOnlyList<string> Images(IReadOnlyList<Pipeline> pipelines) =>
    [
        .. pipelines.SelectMany(p => p.ExpectedArtifacts).Where(e => e.Match.Type == "docker/image")
            .Select(e => e.Match.Name).OfType<string>().Distinct(),
    ];

    private static Pipeline Planned(Pipeline pipeline, IReadOnlyList<PipelineTemplate> templates)
    {
        if (!pipeline.IsTemplated)
        {
            return pipeline;
        }

        var template = templates.FirstOrDefault(t => pipeline.Json.Text("template", "reference") == $"spinnaker://{t.Id}");
        return template is null
            ? throw new RehearsalException($"{pipeline.Name} is a configuration of {pipeline.Json.Text("template", "reference")}: name the template's file with --template.")
            : template.Plan(pipeline);
    }

    /// <summary>Triggers name other pipelines by an id that only a Spinnaker gives; here by the place kept for it.</summary>
    private static IReadOnlyList<Pipeline> Linked(IReadOnlyList<Pipeline> pipelines)
    {
        if (pipelines.GroupBy(p => p.Id).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new RehearsalException($"Two of these are the pipeline '{twice.First().Name}' of {twice.First().Application}: the second would replace the first.");
        }

        var names = pipelines.ToDictionary(p => $"ID of '{p.Name}'", p => p.Id);
        return [.. pipelines.Select(p => p.With(names))];
    }

    private static bool IsRight(IReadOnlyList<Pipeline> pipelines)
    {
        var isRight = true;
        foreach (var pipeline in pipelines)
        {
            foreach (var problem in PipelineCheck.Problems(pipeline))
            {
                isRight = false;
                Console.Error.WriteLine($"{pipeline.Name}: {problem}");
            }
        }

        return isRight;
    }
}
