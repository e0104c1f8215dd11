using System.Diagnostics;
using System.Globalization;
using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Cli;

/// <summary>Tells what happens, stage by stage, with the seconds since the beginning.</summary>
internal sealed class Narrator(TextWriter output)
{
    private readonly Lock _lock = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public void Tell(PipelineExecution execution, StageExecution? stage, string message)
    {
        var who = stage is null ? execution.Pipeline.Name : $"  {stage.Config.Name}";
        lock (_lock)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{_watch.Elapsed.TotalSeconds,6:0.0}  #{execution.Number}  {who}: {message.ReplaceLineEndings("\n                ")}"));
        }
    }

    /// <summary>Each stage's status at the end.</summary>
    public static void Sum(TextWriter output, IReadOnlyList<PipelineExecution> executions)
    {
        foreach (var execution in executions)
        {
            output.WriteLine();
            output.WriteLine($"{execution}{(execution.Error is null ? "" : $": {execution.Error}")}");
            foreach (var stage in execution.Stages)
            {
                output.WriteLine($"  {stage.Status.Spelled(),-15} {stage.Config.Name}{(stage.Error is null ? "" : $": {stage.Error.ReplaceLineEndings(" ")}")}");
            }
        }
    }
}
