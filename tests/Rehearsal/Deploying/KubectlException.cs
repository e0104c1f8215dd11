namespace Migrator.Rehearsal.Deploying;

/// <summary>What kubectl refused.</summary>
internal sealed class KubectlException(string message) : Exception(message);
