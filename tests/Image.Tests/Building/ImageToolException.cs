namespace Migrator.Image.Tests.Building;

/// <summary>An image could not be built or read.</summary>
public sealed class ImageToolException(string message) : Exception(message);
