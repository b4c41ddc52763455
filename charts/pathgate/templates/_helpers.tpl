{{- define "pathgate.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- /* 37 characters: with the longest suffix, -status-patcher-management, they are the 63 of a Service. */}}
{{- define "pathgate.fullname" -}}
{{- $name := include "pathgate.name" . }}
{{- $release := .Release.Name | replace "." "-" }}
{{- $full := ternary $release (printf "%s-%s" $release $name) (contains $name $release) }}
{{- default $full .Values.fullnameOverride | trunc 37 | trimSuffix "-" }}
{{- end }}

{{- /* What tells the pods of one component from all others; an upgrade can't change it, nor nameOverride. */}}
{{- define "pathgate.selector" -}}
app.kubernetes.io/name: {{ include "pathgate.name" .root | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- /* Maps, the later ones over the earlier, as YAML; `merge` would take "" for nothing said. */}}
{{- define "pathgate.overlaid" -}}
{{- $all := dict }}
{{- range . }}
{{- range $key, $value := . }}
{{- $_ := set $all $key $value }}
{{- end }}
{{- end }}
{{- toYaml $all }}
{{- end }}

{{- define "pathgate.labels" -}}
{{ include "pathgate.selector" . }}
app.kubernetes.io/part-of: pathgate
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with include "pathgate.overlaid" (list .root.Values.commonLabels .further) | fromYaml }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "pathgate.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end }}

{{- /* Secret with the webhook's certificate. */}}
{{- define "pathgate.tlsSecret" -}}
{{- if eq .Values.certificates.mode "existingSecret" -}}
{{ required "certificates.mode=existingSecret needs certificates.existingSecret.name" .Values.certificates.existingSecret.name }}
{{- else if eq .Values.certificates.mode "cert-manager" -}}
{{- /* Not that of mode self: cert-manager's Secrets outlive their Certificate, and would be in its way. */ -}}
{{ include "pathgate.fullname" . }}-cert-manager-tls
{{- else -}}
{{ include "pathgate.fullname" . }}-tls
{{- end -}}
{{- end }}

{{- /* The annotations and the caBundle by which the API server trusts the webhook. */}}
{{- define "pathgate.webhookAnnotations" -}}
{{- $annotations := dict }}
{{- if eq .Values.certificates.mode "cert-manager" }}
{{- $_ := set $annotations "cert-manager.io/inject-ca-from" (printf "%s/%s-tls" .Release.Namespace (include "pathgate.fullname" .)) }}
{{- end }}
{{- with include "pathgate.overlaid" (list .Values.webhook.annotations $annotations) | fromYaml }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "pathgate.clientConfig" -}}
service:
  name: {{ include "pathgate.fullname" .root }}-webhook
  namespace: {{ .root.Release.Namespace | quote }}
  path: {{ .path }}
  port: 443
{{- if eq .root.Values.certificates.mode "existingSecret" }}
caBundle: {{ required "certificates.mode=existingSecret needs certificates.existingSecret.caBundle, the PEM of the CA" .root.Values.certificates.existingSecret.caBundle | b64enc }}
{{- end }}
{{- end }}

{{- /*
Which namespaces and objects are judged: those of the values, without the namespaces that nobody's k0rdent
objects live in. k0rdent's own namespace is never left out.
*/}}
{{- define "pathgate.selectors" -}}
{{- $excluded := list }}
{{- range .Values.webhook.excludedNamespaces }}
{{- $namespace := tpl . $ }}
{{- /* Others live in "default", too: a release that lies there leaves it out only where that was written. */}}
{{- if or (ne $namespace "default") (eq . "default") }}
{{- $excluded = append $excluded $namespace }}
{{- end }}
{{- end }}
{{- $excluded = without ($excluded | uniq) .Values.systemNamespace }}
{{- $selector := deepCopy .Values.webhook.namespaceSelector }}
{{- if $excluded }}
{{- $judged := dict "key" "kubernetes.io/metadata.name" "operator" "NotIn" "values" $excluded }}
{{- $_ := set $selector "matchExpressions" (append (default list $selector.matchExpressions) $judged) }}
{{- end }}
namespaceSelector:
  {{- toYaml $selector | nindent 2 }}
objectSelector:
  {{- toYaml .Values.webhook.objectSelector | nindent 2 }}
{{- end }}

{{- /* What a rule does; an unquoted off is false in YAML. */}}
{{- define "pathgate.action" -}}
{{- $action := get .root.Values.rules .rule | toString }}
{{- ternary "off" $action (eq $action "false") }}
{{- end }}

{{- /* "true" if at least one of the named rules is not off. */}}
{{- define "pathgate.asksAny" -}}
{{- $root := .root }}
{{- $asked := false }}
{{- range .rules }}
{{- if ne (include "pathgate.action" (dict "root" $root "rule" .)) "off" }}{{ $asked = true }}{{ end }}
{{- end }}
{{- if $asked }}true{{ end }}
{{- end }}

{{- /* Annotations of what helm test makes; lower weights come first. */}}
{{- define "pathgate.testHook" -}}
helm.sh/hook: test
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{- /* CEL: what an object's services are, and what they were; empty where there are none. */}}
{{- define "pathgate.cel.servicesNow" -}}
object.?spec.?serviceSpec.?services.orValue([])
{{- end }}
{{- define "pathgate.cel.servicesBefore" -}}
oldObject.?spec.?serviceSpec.?services.orValue([])
{{- end }}

{{- /* Containers, probes and security that both Deployments share. */}}
{{- define "pathgate.container" -}}
image: {{ include "pathgate.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args: [serve]
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
# Alive, not started: an API server that is away must not have the kubelet restart what waits for it.
startupProbe:
  httpGet:
    path: /q/health/live
    port: management
  periodSeconds: 1
  timeoutSeconds: 2
  failureThreshold: 120
livenessProbe:
  httpGet:
    path: /q/health/live
    port: management
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet:
    path: /q/health/ready
    port: management
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 3
{{- end }}

{{- /* Variables of a container; whoever sets one of the chart's means theirs, and no name may be there twice. */}}
{{- define "pathgate.env" -}}
{{- $named := list }}
{{- range .extra }}
{{- $named = append $named .name }}
{{- end }}
{{- $all := list }}
{{- range .own }}
{{- if not (has .name $named) }}
{{- $all = append $all . }}
{{- end }}
{{- end }}
{{- toYaml (concat $all (default list .extra)) }}
{{- end }}

{{- /* A node may go although a pod has a folder on its disk: nothing in it is worth keeping. */}}
{{- define "pathgate.podAnnotations" -}}
{{- include "pathgate.overlaid" (list (dict "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes" "tmp") .podAnnotations) }}
{{- end }}

{{- define "pathgate.topologySpread" -}}
topologySpreadConstraints:
{{- if .component.topologySpreadConstraints }}
  {{- toYaml .component.topologySpreadConstraints | nindent 2 }}
{{- else }}
  - topologyKey: kubernetes.io/hostname
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "pathgate.selector" (dict "root" .root "component" .name) | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end }}

{{- /* Where pods run, and as whom. */}}
{{- define "pathgate.podPlacement" -}}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .component.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .component.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .component.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .component.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{ include "pathgate.topologySpread" . }}
# Keeps the variables away that Kubernetes makes of Services and that look like settings.
enableServiceLinks: false
securityContext:
  {{- toYaml .root.Values.podSecurityContext | nindent 2 }}
{{- end }}

{{- /* Where the section of the runbook is that an alert names, if the values say where the runbook is. */}}
{{- define "pathgate.runbookUrl" -}}
{{- with .rule.runbookUrl }}runbook_url: {{ . }}#{{ $.section }}{{ end }}
{{- end }}

{{- /* The names by which the API server calls the webhook. */}}
{{- define "pathgate.dnsNames" -}}
- {{ include "pathgate.fullname" . }}-webhook.{{ .Release.Namespace }}.svc
- {{ include "pathgate.fullname" . }}-webhook.{{ .Release.Namespace }}
{{- end }}

{{- /* The ServiceAccount of one component. */}}
{{- define "pathgate.serviceAccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "pathgate.fullname" .root }}-{{ .component }}
  namespace: {{ .root.Release.Namespace | quote }}
  labels:
    {{- include "pathgate.labels" . | nindent 4 }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "pathgate.clusterRoleBinding" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ include "pathgate.fullname" .root }}-{{ .component }}
  labels:
    {{- include "pathgate.labels" . | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ include "pathgate.fullname" .root }}-{{ .component }}
subjects:
  - kind: ServiceAccount
    name: {{ include "pathgate.fullname" .root }}-{{ .component }}
    namespace: {{ .root.Release.Namespace | quote }}
{{- end }}

{{- define "pathgate.roleBinding" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ include "pathgate.fullname" .root }}-{{ .component }}
  namespace: {{ .root.Release.Namespace | quote }}
  labels:
    {{- include "pathgate.labels" . | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ include "pathgate.fullname" .root }}-{{ .component }}
subjects:
  - kind: ServiceAccount
    name: {{ include "pathgate.fullname" .root }}-{{ .component }}
    namespace: {{ .root.Release.Namespace | quote }}
{{- end }}

{{- /* Health and metrics of one component. */}}
{{- define "pathgate.managementService" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "pathgate.fullname" .root }}-{{ .component }}-management
  namespace: {{ .root.Release.Namespace | quote }}
  labels:
    {{- include "pathgate.labels" . | nindent 4 }}
    pathgate.dev/port: management
spec:
  selector:
    {{- include "pathgate.selector" . | nindent 4 }}
  ports:
    - name: management
      port: 9000
      targetPort: management
{{- end }}

{{- /* Connections that one component needs: its own ports in, the API server and DNS out. */}}
{{- define "pathgate.networkPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "pathgate.fullname" .root }}-{{ .component }}
  namespace: {{ .root.Release.Namespace | quote }}
  labels:
    {{- include "pathgate.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "pathgate.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- if .https }}
    # The API server, which no selector can name: it often runs outside the pod network.
    - ports:
        - port: https
          protocol: TCP
    {{- end }}
    - ports:
        - port: management
          protocol: TCP
      {{- with .root.Values.networkPolicy.managementFrom }}
      from:
        {{- toYaml . | nindent 8 }}
      {{- end }}
  egress:
    - ports:
        {{- range .root.Values.networkPolicy.apiServerPorts }}
        - port: {{ . }}
          protocol: TCP
        {{- end }}
    - ports:
        - port: 53
          protocol: UDP
        - port: 53
          protocol: TCP
{{- end }}

{{- /*
CEL: a service as [name, namespace, template, chain, version], which is all that rules look at. The namespace
stays as it is spelled: before k0rdent 1.4, no namespace is another one than "default".
*/}}
{{- define "pathgate.cel.judged" -}}
.map(s, [s.name, s.?namespace.orValue(''), s.template, s.?templateChain.orValue(''), s.?version.orValue('')])
{{- end }}

{{- /*
CEL: an edit of a field of a service that rules look at, or of the services' number or order. The API server
lets the conditions of a webhook cost 2,500,000 units, and an edit whose conditions cost more is refused: lists
that are equal cost next to nothing, and longer ones are judged without a closer look.
*/}}
{{- define "pathgate.cel.servicesDiffer" -}}
{{- $now := include "pathgate.cel.servicesNow" . }}
{{- $before := include "pathgate.cel.servicesBefore" . }}
{{- $judged := include "pathgate.cel.judged" . -}}
(request.operation == 'CREATE' ? size({{ $now }}) > 0 :
{{ $now }} != {{ $before }} &&
(size({{ $now }}) + size({{ $before }}) > 2000 ||
{{ $now }}{{ $judged }} !=
{{ $before }}{{ $judged }}))
{{- end }}

{{- /* CEL: this very edit gives a reason for break-glass. */}}
{{- define "pathgate.cel.exemptionDiffers" -}}
('pathgate.dev/exempt' in object.metadata.?annotations.orValue({}) && (request.operation == 'CREATE' ||
oldObject.metadata.?annotations[?'pathgate.dev/exempt'] != object.metadata.?annotations[?'pathgate.dev/exempt']))
{{- end }}

{{- define "pathgate.notBeingDeleted" -}}
- name: not-being-deleted
  expression: "!has(object.metadata.deletionTimestamp)"
{{- end }}

{{- /* What chains and templates have in common: their spec, and who may always delete them. */}}
{{- define "pathgate.specMatchConditions" -}}
# A second deletion decides nothing; a spec stays as created during the first one, too.
- name: not-being-deleted-already
  expression: request.operation != 'DELETE' || !has(oldObject.metadata.deletionTimestamp)
- name: spec-differs
  expression: request.operation != 'UPDATE' || object.?spec != oldObject.?spec
# Clean-ups by Kubernetes itself always pass.
- name: not-a-clean-up
  expression: >-
    request.operation != 'DELETE' || !(request.userInfo.username in
    ['system:serviceaccount:kube-system:namespace-controller',
    'system:serviceaccount:kube-system:generic-garbage-collector',
    'system:kube-controller-manager'])
{{- end }}

{{- /*
An error of a policy (its compilation, its budget) must not become a refusal: the API server answers 422, which
makes `kubectl apply --force`, Flux and Argo CD delete the object and create it anew.
*/}}
{{- define "pathgate.policyNeverFails" -}}
failurePolicy: Ignore
{{- end }}

{{- /* What the policies of one rule do: refuse, or only say so. */}}
{{- define "pathgate.validationActions" -}}
{{- if or (eq .root.Values.mode "warn") (eq (include "pathgate.action" .) "warn") -}}
[Warn, Audit]
{{- else -}}
[Deny, Audit]
{{- end -}}
{{- end }}

{{- /* Whether policies of a rule are rendered. */}}
{{- define "pathgate.policyAsked" -}}
{{- if and .root.Values.policies.enabled (ne (include "pathgate.action" .) "off") }}true{{ end }}
{{- end }}

{{- /* CEL: the chain that a service names, "" if none. */}}
{{- define "pathgate.cel.chainOf" -}}
{{ . }}.?templateChain.orValue('')
{{- end }}

{{- /*
CEL: two entries spell out the same service. Entries that are spelled differently may still be the same one
on k0rdent before 1.4; those are the webhook's.
*/}}
{{- define "pathgate.cel.sameService" -}}
{{- $one := index . 0 }}{{ $other := index . 1 -}}
{{ $one }}.name == {{ $other }}.name && size({{ $one }}.?namespace.orValue('')) <= 253 &&
{{ $one }}.?namespace.orValue('') == {{ $other }}.?namespace.orValue('')
{{- end }}

{{- /* CEL: service `s` left the template of its old entry `b`. */}}
{{- define "pathgate.cel.left" -}}
{{ include "pathgate.cel.sameService" (list "b" "s") }} && b.template != s.template
{{- end }}

{{- /*
CEL: what the policies about services attempt at all. More services would cost the API server too much: the
webhook judges those alone.
*/}}
{{- define "pathgate.cel.fewServicesDiffer" -}}
size({{ include "pathgate.cel.servicesNow" . }}) <= 200 &&
size({{ include "pathgate.cel.servicesBefore" . }}) <= 200 &&
{{ include "pathgate.cel.servicesNow" . }} != {{ include "pathgate.cel.servicesBefore" . }}
{{- end }}

{{- define "pathgate.policyServiceVariables" -}}
- name: before
  expression: {{ include "pathgate.cel.servicesBefore" . }}
- name: now
  expression: {{ include "pathgate.cel.servicesNow" . }}
# Break-glass: the webhook then warns, and writes who and why to the audit log.
- name: exempt
  expression: >-
    {{ if .Values.exempt.groups -}}
    {{ include "pathgate.cel.exemptionDiffers" . | replace "\n" " " }} &&
    object.metadata.annotations['pathgate.dev/exempt'].trim() != '' &&
    request.userInfo.?groups.orValue([]).exists(g, g in {{ .Values.exempt.groups | toJson }})
    {{- else }}false{{ end }}
- name: placed
  expression: >-
    variables.before.map(b, {{ include "pathgate.cel.place" "b" }})
# New, or with another template or chain; an entry equal to one of several old ones is neither. More pairs would
# cost the API server too much: the webhook judges those alone.
- name: touched
  expression: >-
    variables.exempt ? [] : [variables.now.filter(s, !({{ include "pathgate.cel.place" "s" }} in variables.placed))].map(all,
    size(all) * size(variables.before) > 2500 ? [] : all)[0]
{{- end }}

{{- /*
CEL: what the policies look at in a service. Texts are compared in a tenth of the time that whole entries take, which
counts where each of hundreds of chains has them compared. An empty namespace is "default" from k0rdent 1.4 on.
*/}}
{{- define "pathgate.cel.place" -}}
[{{ . }}.name, has({{ . }}.namespace) && {{ . }}.namespace == '' ? 'default' : {{ . }}.?namespace.orValue(''), {{ . }}.template, {{ include "pathgate.cel.chainOf" . }}]
{{- end }}

{{- /* CEL: a text, cut to what a message of 5 KiB has room for. */}}
{{- define "pathgate.cel.cut" -}}
[string({{ . }})].map(x, size(x) > 100 ? x.substring(0, 48) + '...' + x.substring(size(x) - 48) : x)[0]
{{- end }}

{{- /* CEL: namespace/name of a service. */}}
{{- define "pathgate.cel.idOf" -}}
{{ include "pathgate.cel.cut" (printf "(%s.?namespace.orValue('') == '' ? 'default' : %s.namespace)" . .) }} + '/' + {{ include "pathgate.cel.cut" (printf "%s.name" .) }}
{{- end }}

{{- /*
CEL: a message of the first three of `services`, in the words of the webhook. A line break, or a letter that is
longer than a byte, would have the API server fall back in silence: then `message` speaks, as it does where a name holds
the words on which Flux deletes an object and makes it anew.
*/}}
{{- define "pathgate.cel.message" -}}
[[0, 1, 2].filter(i, i < size({{ .services }})).map(i, {{ .services }}[i]).map(s,
'service ' + {{ include "pathgate.cel.idOf" "s" }} +
" can't be upgraded from " + {{ include "pathgate.cel.cut" (printf "%s.template" .left) }} +
' to ' + {{ include "pathgate.cel.cut" "s.template" }} + ': ' + {{ .why }}).join('; ') +
(size({{ .services }}) > 3 ? '; and ' + string(size({{ .services }}) - 3) + ' more services' : '') +
' [service-follows-chain]'].map(text, text.matches('^[ -~]*$') && !text.matches('(?i)(is[ ]immutable|immutable[ ]field)') ? text : '')[0]
{{- end }}

{{- /* The webhook's audit annotations, of the first three of `services`; an empty one is left out. */}}
{{- define "pathgate.auditAnnotations" -}}
{{- $root := . }}
{{- range $key, $value := dict "rules" "'service-follows-chain'" "services" (include "pathgate.cel.idOf" "s") "from" (include "pathgate.cel.cut" (printf "%s.template" .left)) "to" (include "pathgate.cel.cut" "s.template") "chains" .chain }}
- key: {{ $key }}
  valueExpression: >-
    [0, 1, 2].filter(i, i < size({{ $root.services }})).map(i, {{ $root.services }}[i]).map(s,
    {{ $value }}).join(',')
{{- end }}
{{- end }}

{{- define "pathgate.policyServiceResources" -}}
- apiGroups: [k0rdent.mirantis.com]
  apiVersions: [v1beta1]
  operations: [UPDATE]
  resources: [clusterdeployments, multiclusterservices]
{{- end }}

{{- /* CEL: two supported templates are the same; a list that is absent, null or empty is, too. */}}
{{- define "pathgate.cel.sameTemplate" -}}
{{- $one := index . 0 }}{{ $other := index . 1 -}}
{{ $one }}.name == {{ $other }}.name && {{ include "pathgate.cel.fieldsIn" . }} && {{ include "pathgate.cel.fieldsIn" (list $other $one) }}
{{- end }}

{{- define "pathgate.cel.fieldsIn" -}}
{{- $one := index . 0 }}{{ $other := index . 1 -}}
{{ $one }}.all(f, {{ $one }}[f] == null || {{ $one }}[f] == [] || (f in {{ $other }} && {{ $other }}[f] == {{ $one }}[f]))
{{- end }}
