namespace Migrator.Image.Tests.Building;

/// <summary>The images of Microsoft's that the Dockerfiles build on, and that a test may have to make itself.</summary>
internal enum StandIn
{
    /// <summary><c>dotnet/sdk</c>, with clang as in its variant <c>-aot</c>.</summary>
    Sdk,

    /// <summary><c>dotnet/runtime-deps</c>, chiseled.</summary>
    RuntimeDeps,

    /// <summary><c>dotnet/aspnet</c>, chiseled.</summary>
    AspNet,
}
