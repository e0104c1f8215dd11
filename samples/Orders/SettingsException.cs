namespace Orders;

/// <summary>A setting is missing or cannot be read. Its message is for the person who sets it and holds no secret.</summary>
internal sealed class SettingsException(string message) : Exception(message);
