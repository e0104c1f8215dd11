namespace Migrator.Image.Tests.Building;

/// <summary>Microsoft's base images of the Dockerfiles, for which the tests can create substitutes.</summary>
internal enum BaseImageKind
{
    /// <summary><c>dotnet/sdk</c>, with clang as in its variant <c>-aot</c>.</summary>
    Sdk,

    /// <summary><c>dotnet/runtime-deps</c>, chiseled.</summary>
    RuntimeDeps,

    /// <summary><c>dotnet/aspnet</c>, chiseled.</summary>
    AspNet,
}
