using System.Runtime.InteropServices;

namespace Migrator.Commands;

/// <summary>
/// Turns SIGTERM and SIGINT into a cancellation. Kubernetes sends SIGTERM, then waits for the pod's grace period.
/// </summary>
internal sealed class TerminationSignal : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private ExitCode? _received;

    public TerminationSignal()
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => On(c, ExitCode.Terminated)));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, c => On(c, ExitCode.Interrupted)));
    }

    public CancellationToken Token => _source.Token;

    /// <summary>The exit code of the first signal; null before a signal arrives.</summary>
    public ExitCode? Received => _received;

    public string Name => _received == ExitCode.Interrupted ? "SIGINT" : "SIGTERM";

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _source.Dispose();
    }

    private void On(PosixSignalContext context, ExitCode exitCode)
    {
        // Keeps the runtime from ending the process: first the statement is cancelled on the server and rolled back.
        context.Cancel = true;
        _received ??= exitCode;
        _source.Cancel();
    }
}
