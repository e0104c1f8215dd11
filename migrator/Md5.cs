using System.Security.Cryptography;

namespace Migrator;

/// <summary>
/// Computes MD5 hashes: for Evolve's checksums, for the key of the run lock, which can be computed with md5() in SQL, and to detect
/// edited texts. Nothing depends on it for security.
/// </summary>
internal static class Md5
{
#pragma warning disable CA5351 // Not for security: see the summary.
    /// <summary>Computes the hash of data.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> data) => MD5.HashData(data);

    /// <summary>Starts a hash of data that is added piece by piece.</summary>
    public static IncrementalHash Start() => IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
}
