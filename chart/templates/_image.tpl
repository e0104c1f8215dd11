{{/*
An image reference. The digest takes precedence over the tag.
Argument: dict "image" the values, "name" their path, for error messages.
*/}}
{{- define "migrator.image" -}}
{{- $image := .image -}}
{{- if not $image.repository -}}
{{- fail (printf "%s.repository is empty. Set it to the image to deploy." .name) -}}
{{- end -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- $tag := include "migrator.image.tag" . -}}
{{- if not $tag -}}
{{- fail (printf "%s.tag and %s.digest are empty. Set one of them to the version to deploy." .name .name) -}}
{{- end -}}
{{- printf "%s:%s" $image.repository $tag -}}
{{- end -}}
{{- end -}}

{{/*
The tag as text. A tag that consists of digits and is not in quotes is read as a number; from a values file, as a floating-point number.
Argument: as for migrator.image.
*/}}
{{- define "migrator.image.tag" -}}
{{- $tag := .image.tag -}}
{{- if kindIs "float64" $tag -}}
{{- if gt $tag 9007199254740991.0 -}}
{{- fail (printf "%s.tag is a number that is too large to be read exactly. Put it in quotes." .name) -}}
{{- end -}}
{{- $tag = printf "%.0f" $tag -}}
{{- end -}}
{{- if not (kindIs "invalid" $tag) -}}
{{- $tag | toString -}}
{{- end -}}
{{- end -}}
