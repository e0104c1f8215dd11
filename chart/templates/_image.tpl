{{/*
An image reference. Argument: dict "image" the values, "name" their path, for error messages.
*/}}
{{- define "migrator.image" -}}
{{- $image := .image -}}
{{- if not $image.repository -}}
{{- fail (printf "%s.repository is empty. Set it to the image to deploy." .name) -}}
{{- end -}}
{{- if not (regexMatch (include "migrator.image.pattern" .) (toString $image.repository)) -}}
{{- fail (printf "%s.repository is %q, which is not a valid image name. Use lowercase letters, digits, dots, dashes and underscores; only a registry's host may have uppercase letters." .name (toString $image.repository)) -}}
{{- end -}}
{{- $version := include "migrator.image.version" . | fromYaml -}}
{{- if not (or $version.tag $version.digest) -}}
{{- fail (printf "%s.tag and %s.digest are empty. Set one of them to the version to deploy." .name .name) -}}
{{- end -}}
{{- if not $version.digest -}}
{{- printf "%s:%s" $image.repository $version.tag -}}
{{- else if $version.isOneValue -}}
{{- printf "%s:%s@%s" $image.repository $version.tag $version.digest -}}
{{- else -}}
{{- printf "%s@%s" $image.repository $version.digest -}}
{{- end -}}
{{- end -}}

{{/*
The tag and the digest of an image, as YAML. Tools such as Renovate write both into the tag: v1.2.3@sha256:…. `isOneValue` says that
the tag and the digest come from there, so they belong together. Otherwise the digest takes precedence over the tag.
Argument: as for migrator.image.
*/}}
{{- define "migrator.image.version" -}}
{{- $text := kindIs "invalid" .image.tag | ternary "" (toString .image.tag) -}}
{{- $tag := regexReplaceAll "@?sha256:.*$" $text "" -}}
{{- $pinned := regexFind "sha256:.*$" $text -}}
{{- $digest := .image.digest | default $pinned -}}
{{- if and $pinned (ne $pinned $digest) -}}
{{- fail (printf "%s.tag contains the digest %s, but %s.digest is %s. Set only one of them." .name $pinned .name $digest) -}}
{{- end -}}
tag: {{ $tag | quote }}
digest: {{ $digest | quote }}
isOneValue: {{ not (or (empty $pinned) (empty $tag)) }}
{{- end -}}

{{/*
The regular expression of an image reference, from https://github.com/distribution/reference. The API server accepts every text, but the
kubelet does not start the pod (InvalidImageName).
*/}}
{{- define "migrator.image.pattern" -}}
{{- $part := "[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?" -}}
{{- $host := printf "(%s(\\.%s)*|\\[[0-9a-fA-F:]+\\])(:[0-9]+)?" $part $part -}}
{{- $folder := "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*" -}}
{{- printf "^(%s/)?%s(/%s)*(:[A-Za-z0-9_][-A-Za-z0-9_.]{0,127})?(@sha256:[0-9a-f]{64})?$" $host $folder $folder -}}
{{- end -}}
