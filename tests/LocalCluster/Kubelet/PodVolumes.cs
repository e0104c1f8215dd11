using System.Text;
using System.Text.Json.Nodes;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Kubelet;

/// <summary>A volume cannot be mounted. A later attempt can succeed.</summary>
/// <param name="volume">The volume's name.</param>
/// <param name="message">The reason, worded as by the kubelet.</param>
internal sealed class VolumeException(string volume, string message) : Exception(message)
{
    public string Volume => volume;
}

/// <summary>The volumes of a pod, which are folders on this machine.</summary>
/// <param name="store">The store with the Secrets and ConfigMaps.</param>
/// <param name="folder">The pod's folder.</param>
/// <param name="claims">The folder that contains one folder for each PersistentVolumeClaim.</param>
internal sealed class PodVolumes(ObjectStore store, string folder, string claims)
{
    private readonly Lock _lock = new();

    /// <summary>Creates or updates all volumes.</summary>
    /// <exception cref="VolumeException">A volume cannot be mounted.</exception>
    public void Mount(JsonObject pod)
    {
        lock (_lock)
        {
            foreach (var volume in pod.Items("spec", "volumes"))
            {
                Mount(pod, volume, volume.Text("name")!);
            }
        }
    }

    /// <summary>Returns the folder of a volume.</summary>
    public string FolderOf(JsonObject pod, string name)
    {
        var volume = pod.Items("spec", "volumes").First(v => v.Text("name") == name);
        return volume.Text("hostPath", "path")
            ?? (volume.Text("persistentVolumeClaim", "claimName") is { } claim
                ? Path.Combine(claims, pod.Text("metadata", "namespace")!, claim)
                : Path.Combine(folder, "volumes", name));
    }

    private void Mount(JsonObject pod, JsonObject volume, string name)
    {
        var place = FolderOf(pod, name);
        if (volume["hostPath"] is not null)
        {
            return;
        }

        Directory.CreateDirectory(place);
        var space = pod.Text("metadata", "namespace")!;
        if (volume["persistentVolumeClaim"] is JsonObject claim
            && store.Get(new ObjectKey(Kinds.PersistentVolumeClaim, space, claim.Text("claimName")!)) is null)
        {
            throw new VolumeException(name, $"persistentvolumeclaim \"{claim.Text("claimName")}\" not found");
        }

        var files = FilesOf(pod, volume, name);
        if (files is not null)
        {
            ProjectedFiles.Write(place, files);
        }
    }

    private List<ProjectedFile>? FilesOf(JsonObject pod, JsonObject volume, string name)
    {
        if (volume["projected"] is JsonObject projected)
        {
            var mode = (int)(projected.Whole("defaultMode") ?? 420);
            return [.. projected.Items("sources").SelectMany(s => SourceFiles(pod, s, name, mode))];
        }

        if (volume["secret"] is null && volume["configMap"] is null && volume["downwardAPI"] is null)
        {
            return null;
        }

        var source = volume.First(e => e.Key != "name").Value;
        return [.. SourceFiles(pod, volume, name, (int)(source.Whole("defaultMode") ?? 420))];
    }

    private IEnumerable<ProjectedFile> SourceFiles(JsonObject pod, JsonObject source, string volume, int mode)
    {
        if (source["downwardAPI"] is JsonObject downward)
        {
            return downward.Items("items").Select(item => new ProjectedFile(
                item.Text("path")!,
                Encoding.UTF8.GetBytes(item["fieldRef"] is JsonObject field
                    ? DownwardApi.Field(pod, field.Text("fieldPath")!)
                    : DownwardApi.Resource(pod, [], item.Object("resourceFieldRef")!)),
                (int)(item.Whole("mode") ?? mode)));
        }

        if (source["secret"] is JsonObject secret)
        {
            return KeyFiles(pod, Kinds.Secret, secret, secret.Text("secretName") ?? secret.Text("name")!, volume, mode);
        }

        return source["configMap"] is JsonObject map
            ? KeyFiles(pod, Kinds.ConfigMap, map, map.Text("name")!, volume, mode)
            : [];
    }

    private List<ProjectedFile> KeyFiles(
        JsonObject pod, ResourceKind kind, JsonObject source, string name, string volume, int mode)
    {
        var space = pod.Text("metadata", "namespace")!;
        var isOptional = source.Flag("optional") == true;
        if (store.Get(new ObjectKey(kind, space, name)) is not { } found)
        {
            return isOptional ? [] : throw new VolumeException(volume, $"{kind.Singular} \"{name}\" not found");
        }

        var contents = found.Map("data").ToDictionary(
            e => e.Key, e => kind == Kinds.Secret ? Convert.FromBase64String(e.Value) : Encoding.UTF8.GetBytes(
                e.Value));
        foreach (var (key, value) in found.Map("binaryData"))
        {
            contents[key] = Convert.FromBase64String(value);
        }

        if (source["items"] is null)
        {
            return [.. contents.Select(c => new ProjectedFile(c.Key, c.Value, mode))];
        }

        var files = new List<ProjectedFile>();
        foreach (var item in source.Items("items"))
        {
            var key = item.Text("key")!;
            if (contents.TryGetValue(key, out var content))
            {
                files.Add(new ProjectedFile(item.Text("path")!, content, (int)(item.Whole("mode") ?? mode)));
            }
            else if (!isOptional)
            {
                throw new VolumeException(
                    volume, $"references non-existent {(kind == Kinds.Secret ? "secret" : "config")} key: {key}");
            }
        }

        return files;
    }
}
