namespace Migrator.Tests.Support;

/// <summary>Roles belong to the whole server, which tests share. So each database has its own.</summary>
public static class OwnRoles
{
    /// <summary>Replaces <c>{other}</c> and <c>{group}</c> by the names of the roles of a database.</summary>
    public static string Named(this TestDatabase database, string text)
        => text.Replace("{other}", $"other_{database.Name}", StringComparison.Ordinal).Replace("{group}", $"group_{database.Name}", StringComparison.Ordinal);
}
