using System.Text;
using CliWrap;
using Migrator.Tooling.Processes;
using Migrator.Tooling.Published;
using Xunit;

namespace Migrator.Deployment.Tests.Kubernetes.Support;

/// <summary>A run of <c>migrate</c> whose messages can be read while it runs.</summary>
internal sealed class MigrateProcess
{
    private readonly StringBuilder _messages = new();
    private Task<CommandResult> _running = null!;

    private MigrateProcess()
    {
    }

    /// <summary>The messages so far.</summary>
    public string Messages
    {
        get
        {
            lock (_messages)
            {
                return _messages.ToString();
            }
        }
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _running.IsCompleted;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<MigrateProcess> StartAsync(IReadOnlyDictionary<string, string?> environment, params IEnumerable<string> arguments)
    {
        var process = new MigrateProcess();
        process._running = Guarded.Command(await MigrateBinary.PathAsync(Cancel), arguments)
            .WithEnvironmentVariables(environment)
            .WithStandardErrorPipe(PipeTarget.ToDelegate(process.Add))
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(Cancel);
        return process;
    }

    /// <summary>Waits until the messages contain a text, and checks that the command still runs.</summary>
    public async Task<MigrateProcess> SaysAsync(string text)
    {
        while (!Messages.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(HasEnded, $"'{text}' is not in:\n{Messages}");
            await Task.Delay(20, Cancel);
        }

        return this;
    }

    /// <summary>Waits for the end, checks the exit code, and returns the messages.</summary>
    public async Task<string> EndsAsync(int exitCode)
    {
        var result = await _running;
        Assert.True(result.ExitCode == exitCode, $"exit code {result.ExitCode}\n{Messages}");
        return Messages;
    }

    private void Add(string line)
    {
        lock (_messages)
        {
            _messages.AppendLine(line);
        }
    }
}
