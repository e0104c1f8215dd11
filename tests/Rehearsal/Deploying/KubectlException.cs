namespace Migrator.Rehearsal.Deploying;

/// <summary>kubectl failed. The message contains its error output.</summary>
internal sealed class KubectlException(string message) : Exception(message);
