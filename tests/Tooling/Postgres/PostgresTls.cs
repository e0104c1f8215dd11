namespace Migrator.Tooling.Postgres;

/// <summary>What a server that speaks TLS shows and trusts, as PEM.</summary>
/// <param name="Certificate">The server's certificate, with those between it and the root, if any.</param>
/// <param name="Key">Its private key.</param>
/// <param name="ClientRoot">The root that clients' certificates have to come from; null to ask for none.</param>
public sealed record PostgresTls(string Certificate, string Key, string? ClientRoot = null);
