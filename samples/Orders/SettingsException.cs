namespace Orders;

/// <summary>A setting is missing or invalid. The message is for the user and contains no secret.</summary>
internal sealed class SettingsException(string message) : Exception(message);
