using System.Diagnostics;
using System.Globalization;
using Migrator.Rehearsal.Execution;

namespace Migrator.Rehearsal.Cli;

/// <summary>Writes what each stage does, with the seconds since the start.</summary>
internal sealed class ProgressWriter(TextWriter output)
{
    private readonly Lock _lock = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public void Write(PipelineExecution execution, StageExecution? stage, string message)
    {
        var subject = stage is null ? execution.Pipeline.Name : $"  {stage.Config.Name}";
        lock (_lock)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{_watch.Elapsed.TotalSeconds,6:0.0}  #{execution.Number}  {subject}: {message.ReplaceLineEndings("\n                ")}"));
        }
    }

    /// <summary>Writes the final status of each execution and of its stages.</summary>
    public static void WriteSummary(TextWriter output, IReadOnlyList<PipelineExecution> executions)
    {
        foreach (var execution in executions)
        {
            output.WriteLine();
            output.WriteLine($"{execution}{(execution.Error is null ? "" : $": {execution.Error}")}");
            foreach (var stage in execution.Stages)
            {
                output.WriteLine($"  {stage.Status.ToSpinnakerName(),-15} {stage.Config.Name}{(stage.Error is null ? "" : $": {stage.Error.ReplaceLineEndings(" ")}")}");
            }
        }
    }
}
