using System.Runtime.InteropServices;

namespace Migrator.Commands;

/// <summary>SIGTERM and SIGINT as a token. Kubernetes sends the first and waits for the pod's grace period.</summary>
internal sealed class TerminationSignal : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private ExitCode? received;

    public TerminationSignal()
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => On(c, ExitCode.Terminated)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, c => On(c, ExitCode.Interrupted)));
    }

    public CancellationToken Token => source.Token;

    /// <summary>The exit code of the signal that came first; null while none did.</summary>
    public ExitCode? Received => received;

    public string Name => received == ExitCode.Interrupted ? "SIGINT" : "SIGTERM";

    public void Dispose()
    {
        registrations.ForEach(r => r.Dispose());
        source.Dispose();
    }

    private void On(PosixSignalContext context, ExitCode exitCode)
    {
        // Not the runtime's own end: the statement is cancelled on the server and rolled back first.
        context.Cancel = true;
        received ??= exitCode;
        source.Cancel();
    }
}
