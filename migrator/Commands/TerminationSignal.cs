using System.Runtime.InteropServices;

namespace Migrator.Commands;

/// <summary>
/// Cancels the command on SIGTERM and SIGINT. Kubernetes sends SIGTERM, and SIGKILL after the pod's grace period.
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

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The exit code for the first signal; null if no signal was received.</summary>
    public ExitCode? Received => _received;

    /// <summary>The name of the first signal.</summary>
    public string Name => _received == ExitCode.Interrupted ? "SIGINT" : "SIGTERM";

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _source.Dispose();
    }

    private void On(PosixSignalContext context, ExitCode exitCode)
    {
        // Prevents the runtime from ending the process before the statement is cancelled on the server and rolled back.
        context.Cancel = true;
        _received ??= exitCode;
        _source.Cancel();
    }
}
