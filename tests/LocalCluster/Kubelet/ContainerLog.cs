namespace Migrator.LocalCluster.Kubelet;

/// <summary>The log of one run of a container.</summary>
/// <param name="file">Where its output goes.</param>
internal sealed class ContainerLog(string file)
{
    private volatile bool _isComplete;

    public string File => file;

    /// <summary>Nothing more will be written.</summary>
    public bool IsComplete => _isComplete;

    public void Complete() => _isComplete = true;

    /// <summary>The last lines, up to a number of bytes: the message of a container that failed without one.</summary>
    public string Tail(int lines, int bytes)
    {
        if (!System.IO.File.Exists(file))
        {
            return "";
        }

        var text = System.IO.File.ReadAllText(file);
        var all = text.TrimEnd('\n').Split('\n');
        var tail = string.Join('\n', all.TakeLast(lines)) + (text.EndsWith('\n') ? "\n" : "");
        return tail.Length > bytes ? tail[^bytes..] : tail;
    }
}
