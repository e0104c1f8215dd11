namespace Migrator.Tooling.Postgres;

/// <summary>The TLS certificates of a server, as PEM.</summary>
/// <param name="Certificate">The server's certificate, followed by intermediate certificates, if any.</param>
/// <param name="Key">The server's private key.</param>
/// <param name="ClientRoot">
/// The root that must have issued clients' certificates; null to request no client certificate.
/// </param>
public sealed record PostgresTls(string Certificate, string Key, string? ClientRoot = null);
